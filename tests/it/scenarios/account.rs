//! People: who they are, whom they know, and what others see of them.

use serde_json::{Value, json};
use tests::chat::fresh;
use tests::{Person, Reply, World};

const ME: &str = "{ id handle displayName about locale timeZone termsVersion version
  preferences { theme enterToSend quietHours { start end } defaultDisappearing }
  privacy { lastSeen about readReceipts groupInvites } }";
const USER: &str = "{ id handle displayName about presence { userId online lastSeenAt } }";

async fn sees(viewer: &Person, whom: &str) -> Reply {
    viewer.asks(&format!("query($id: ID!) {{ getUser(userId: $id) {USER} }}"), json!({ "id": whom })).await
}

async fn finds(viewer: &Person, query: &str) -> Vec<String> {
    let document =
        "query($query: String!) { searchUsers(query: $query, limit: 100) { items { id } nextToken } }";
    let page = viewer.asks(document, json!({ "query": query })).await.value();
    let ids = page["items"].as_array().into_iter().flatten();
    ids.map(|user| user["id"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn me(person: &Person) -> Value {
    person.asks(&format!("{{ getMe {ME} }}"), json!({})).await.value()
}

async fn lists(person: &Person, field: &str) -> Value {
    person
        .asks(&format!("{{ {field} {{ items {{ userId user {{ displayName }} }} nextToken }} }}"), json!({}))
        .await
        .value()
}

async fn changes(person: &Person, mutation: &str, input: Value) -> Reply {
    person.does(mutation, input, ME).await
}

async fn does_to(person: &Person, mutation: &str, other: &Person) -> Reply {
    person.does(mutation, json!({ "userId": other.id }), "{ userId createdAt }").await
}

/// A name that nobody else in the shared world has.
fn unique(prefix: &str) -> String {
    format!("{prefix}{}", &fresh().replace('-', "")[..12])
}

#[tokio::test]
async fn signing_up_makes_an_account() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let account = me(&alice).await;
    assert_eq!(account["id"], alice.id.as_str());
    assert_eq!(account["displayName"], "alice");
    assert_eq!(account["termsVersion"], "1");
    assert_eq!((&account["version"], &account["handle"]), (&json!(1), &Value::Null));
}

#[tokio::test]
async fn nobody_signs_up_without_the_terms() {
    let world = World::shared().await;
    let email = format!("{}@example.com", unique("x"));
    for terms in [None, Some("0")] {
        let mut attributes = vec![json!({ "Name": "email", "Value": email })];
        attributes.extend(terms.map(|terms| json!({ "Name": "custom:termsVersion", "Value": terms })));
        let body = json!({ "ClientId": world.client_id(), "Username": email, "Password": "Correct-horse-7", "UserAttributes": attributes });
        assert_eq!(world.cognito("SignUp", body).await.unwrap_err(), "UserLambdaValidationException");
    }
}

#[tokio::test]
async fn a_profile_changes_in_what_is_given() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let mut ear = alice.listens().await;
    let input = json!({ "displayName": "Alice B", "about": "busy", "locale": "vi-vn", "timeZone": "asia/ho_chi_minh" });
    let after = changes(&alice, "updateProfile", input.clone()).await.value();
    assert_eq!(
        (&after["displayName"], &after["locale"], &after["version"]),
        (&json!("Alice B"), &json!("vi-VN"), &json!(2))
    );
    assert_eq!(after["timeZone"], "Asia/Ho_Chi_Minh");
    assert_eq!(changes(&alice, "updateProfile", input).await.value(), after, "the same again is no change");
    assert_eq!(changes(&alice, "updateProfile", json!({ "about": "" })).await.value()["about"], Value::Null);
    assert_eq!(me(&alice).await["displayName"], "Alice B");
    ear.hears("the account", |event| event["type"] == "ACCOUNT_CHANGED").await;
    for bad in
        [json!({ "displayName": "" }), json!({ "timeZone": "Mars/Olympus" }), json!({ "locale": "??" })]
    {
        changes(&alice, "updateProfile", bad).await.refused("BadRequest");
    }
}

#[tokio::test]
async fn preferences_keep_what_is_absent_and_null_takes_away() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let input = json!({ "theme": "DARK", "quietHours": { "start": "22:00", "end": "07:00" }, "privacy": { "about": "NOBODY" } });
    let after = changes(&alice, "updatePreferences", input).await.value();
    assert_eq!(after["preferences"]["quietHours"], json!({ "start": "22:00", "end": "07:00" }));
    let after = changes(&alice, "updatePreferences", json!({ "enterToSend": false })).await.value();
    assert_eq!(
        (&after["preferences"]["theme"], &after["privacy"]["about"]),
        (&json!("DARK"), &json!("NOBODY"))
    );
    assert_eq!(after["preferences"]["quietHours"]["start"], "22:00");
    let after = changes(&alice, "updatePreferences", json!({ "quietHours": null })).await.value();
    assert_eq!(after["preferences"]["quietHours"], Value::Null);
}

#[tokio::test]
async fn a_handle_has_one_owner() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let (first, second) = (unique("h"), unique("h"));
    let take = |person: Person, handle: String| async move {
        changes(&person, "setHandle", json!({ "handle": handle })).await
    };
    assert_eq!(take(alice.clone(), first.to_uppercase()).await.value()["handle"], first.as_str());
    take(bob.clone(), first.clone()).await.refused("Conflict");
    take(alice.clone(), second.clone()).await.value();
    assert_eq!(
        take(bob.clone(), first.clone()).await.value()["handle"],
        first.as_str(),
        "the old one is free at once"
    );
    assert_eq!(finds(&alice, &format!("@{first}")).await, std::slice::from_ref(&bob.id));
    let contested = unique("h");
    let both = [take(alice, contested.clone()), take(bob, contested)];
    let outcomes = futures::future::join_all(both).await;
    assert_eq!(outcomes.iter().filter(|reply| reply.errors.is_empty()).count(), 1, "{outcomes:#?}");
}

#[tokio::test]
async fn people_are_found_by_any_word_of_their_name_without_accents_and_by_address() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let word = unique("z");
    changes(&bob, "updateProfile", json!({ "displayName": format!("Trần Đức {word} Án") })).await.value();
    let name = [
        format!("{} Á", word.to_uppercase()),
        word.clone(),
        format!("duc {word}"),
        format!("tran  duc {word} an"),
    ];
    for query in &name {
        assert_eq!(finds(&alice, query).await, std::slice::from_ref(&bob.id), "{query}");
    }
    assert_eq!(finds(&alice, &bob.email.to_uppercase()).await, std::slice::from_ref(&bob.id));
    assert_eq!(finds(&alice, &format!("{word}x")).await, Vec::<String>::new());
    changes(&bob, "updateProfile", json!({ "displayName": "Bob" })).await.value();
    assert_eq!(finds(&alice, &word).await, Vec::<String>::new(), "an old name finds nobody");
    let document = "query($query: String!) { searchUsers(query: $query) { items { id } } }";
    alice.asks(document, json!({ "query": "x" })).await.refused("BadRequest");
}

#[tokio::test]
async fn a_search_goes_on_where_the_page_ended() {
    let world = World::shared().await;
    let [alice, bob, carol, dan] = world.people(["alice", "bob", "carol", "dan"]).await;
    let word = unique("p");
    for person in [&bob, &carol, &dan] {
        // Twice the word: listed twice, found once.
        changes(person, "updateProfile", json!({ "displayName": format!("{word} {word}") })).await.value();
    }
    let document = "query($query: String!, $token: String) { searchUsers(query: $query, limit: 1, nextToken: $token) { items { id } nextToken } }";
    let (mut found, mut token) = (Vec::new(), Value::Null);
    for _ in 0..10 {
        let page = alice.asks(document, json!({ "query": word, "token": token })).await.value();
        found.extend(
            page["items"].as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap().to_owned()),
        );
        token = page["nextToken"].clone();
        if token.is_null() {
            break;
        }
        bob.asks(document, json!({ "query": word, "token": token })).await.refused("BadRequest");
        alice.asks(document, json!({ "query": "other", "token": token })).await.refused("BadRequest");
    }
    found.sort();
    let mut all = [bob.id, carol.id, dan.id];
    all.sort();
    assert_eq!(found, all);
}

#[tokio::test]
async fn contacts_are_kept_renamed_and_dropped() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let mut ear = alice.listens().await;
    let wanted = "{ userId name createdAt user { displayName } }";
    let added = alice.does("addContact", json!({ "userId": bob.id }), wanted).await.value();
    assert_eq!((&added["name"], &added["user"]["displayName"]), (&Value::Null, &json!("bob")));
    let named = alice.does("addContact", json!({ "userId": bob.id, "name": "Bobby" }), wanted).await.value();
    assert_eq!((&named["name"], &named["createdAt"]), (&json!("Bobby"), &added["createdAt"]));
    let again = alice.does("addContact", json!({ "userId": bob.id }), wanted).await.value();
    assert_eq!(again, named, "an absent name stays");
    assert_eq!(
        lists(&alice, "listContacts").await["items"],
        json!([{ "userId": bob.id, "user": { "displayName": "bob" } }])
    );
    ear.hears("the name", |event| event["type"] == "CONTACT_CHANGED" && event["contact"]["name"] == "Bobby")
        .await;
    does_to(&alice, "removeContact", &bob).await.value();
    assert_eq!(does_to(&alice, "removeContact", &bob).await.value(), Value::Null, "no error");
    assert_eq!(lists(&alice, "listContacts").await["items"], json!([]));
    ear.hears("the removal", |event| event["type"] == "CONTACT_REMOVED").await;
    does_to(&alice, "addContact", &alice).await.refused("BadRequest");
    alice.does("addContact", json!({ "userId": fresh() }), wanted).await.refused("NotFound");
}

#[tokio::test]
async fn who_blocks_is_not_there_for_the_blocked() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    does_to(&bob, "addContact", &alice).await.value();
    does_to(&alice, "addContact", &bob).await.value();
    let talk = alice.meets(&bob).await;
    alice.sends(&talk, "before").await;
    let mut ear = alice.listens().await;
    does_to(&alice, "blockUser", &bob).await.value();
    ear.hears("the block", |event| event["type"] == "USER_BLOCKED").await;
    ear.hears("the end of the contact", |event| event["type"] == "CONTACT_REMOVED").await;

    let hidden = sees(&bob, &alice.id).await;
    assert_eq!(hidden, sees(&bob, &fresh()).await, "as if there were nobody");
    hidden.refused("NotFound");
    assert_eq!(finds(&bob, &alice.email).await, Vec::<String>::new());
    assert_eq!(lists(&bob, "listContacts").await["items"], json!([{ "userId": alice.id, "user": null }]));
    bob.tries_to_send(&talk, "hello?").await.refused("Forbidden");
    alice.tries_to_send(&talk, "hello?").await.refused("Forbidden");
    does_to(&bob, "addContact", &alice).await.refused("NotFound");

    assert_eq!(lists(&alice, "listContacts").await["items"], json!([]), "no contact any more");
    assert_eq!(
        lists(&alice, "listBlockedUsers").await["items"],
        json!([{ "userId": bob.id, "user": { "displayName": "bob" } }])
    );
    does_to(&alice, "addContact", &bob).await.refused("Forbidden");
    let first = does_to(&alice, "blockUser", &bob).await.value();
    assert_eq!(does_to(&alice, "blockUser", &bob).await.value(), first, "twice is once");

    does_to(&alice, "unblockUser", &bob).await.value();
    assert_eq!(does_to(&alice, "unblockUser", &bob).await.value(), Value::Null);
    assert_eq!(sees(&bob, &alice.id).await.value()["displayName"], "alice");
    bob.sends(&talk, "hello again").await;
}

#[tokio::test]
async fn a_block_of_both_is_lifted_by_both() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    does_to(&alice, "blockUser", &bob).await.value();
    does_to(&bob, "blockUser", &alice).await.value();
    does_to(&alice, "unblockUser", &bob).await.value();
    alice.tries_to_send(&talk, "hello?").await.refused("Forbidden");
    does_to(&bob, "unblockUser", &alice).await.value();
    alice.sends(&talk, "peace").await;
}

#[tokio::test]
async fn blocking_tells_nobody_who_exists() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    does_to(&alice, "blockUser", &bob).await.value();
    let wanted = "{ user { id } }";
    let hidden = bob.does("blockUser", json!({ "userId": alice.id }), wanted).await;
    assert_eq!(hidden, bob.does("blockUser", json!({ "userId": fresh() }), wanted).await);
}

#[tokio::test]
async fn sends_and_blocks_at_once_leave_nothing_half_done() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let sends = futures::future::join_all((0..5).map(|n| {
        let (bob, talk) = (bob.clone(), talk.clone());
        async move { bob.tries_to_send(&talk, &n.to_string()).await }
    }));
    let (block, sends) = futures::future::join(does_to(&alice, "blockUser", &bob), sends).await;
    block.value();
    let sent = sends.iter().filter(|reply| reply.errors.is_empty()).count();
    assert!(
        sends.iter().all(|reply| reply.errors.is_empty() || reply.error_type() == Some("Forbidden")),
        "{sends:#?}"
    );
    assert_eq!(alice.texts(&talk).await.len(), sent);
    bob.tries_to_send(&talk, "after").await.refused("Forbidden");
}

#[tokio::test]
async fn about_and_presence_are_for_whom_privacy_lets_in() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    changes(&alice, "updateProfile", json!({ "about": "busy" })).await.value();
    alice.does("setPresence", json!({ "online": true }), "{ userId online lastSeenAt }").await.value();
    let seen = sees(&bob, &alice.id).await.value();
    assert_eq!((&seen["about"], &seen["presence"]["online"]), (&json!("busy"), &json!(true)));

    changes(
        &alice,
        "updatePreferences",
        json!({ "privacy": { "about": "CONTACTS", "lastSeen": "CONTACTS" } }),
    )
    .await
    .value();
    let seen = sees(&bob, &alice.id).await.value();
    assert_eq!((&seen["about"], &seen["presence"]), (&Value::Null, &Value::Null));
    does_to(&alice, "addContact", &bob).await.value();
    let seen = sees(&bob, &alice.id).await.value();
    assert_eq!((&seen["about"], &seen["presence"]["online"]), (&json!("busy"), &json!(true)));

    changes(&bob, "updatePreferences", json!({ "privacy": { "lastSeen": "NOBODY" } })).await.value();
    assert_eq!(sees(&bob, &alice.id).await.value()["presence"], Value::Null, "who hides it sees nobody's");
    assert_eq!(sees(&alice, &alice.id).await.value()["presence"]["online"], true);
    alice.does("setPresence", json!({ "online": false }), "{ online }").await.value();
    assert_eq!(sees(&alice, &alice.id).await.value()["presence"]["online"], false);
}

#[tokio::test]
async fn a_heartbeat_holds_for_a_minute() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    alice.does("setPresence", json!({ "online": true }), "{ online }").await.value();
    world.advances(59).await;
    assert_eq!(sees(&bob, &alice.id).await.value()["presence"]["online"], true);
    world.advances(2).await;
    assert_eq!(sees(&bob, &alice.id).await.value()["presence"]["online"], false);
}

#[tokio::test]
async fn a_mention_is_marked_and_reading_takes_the_mark_away() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.gathers("team", &[&bob]).await;
    let mut ear = bob.listens().await;
    let input = json!({ "id": fresh(), "conversationId": talk, "text": "@bob look", "mentions": [bob.id] });
    let sent = alice.does("sendMessage", input, "{ seq }").await.value();
    ear.hears("the mark", |event| event["type"] == "STATE_CHANGED").await;
    assert_eq!(bob.looks_at(&talk).await.value()["state"]["mentioned"], true);
    assert_eq!(alice.looks_at(&talk).await.value()["state"]["mentioned"], false);
    bob.has_read(&talk, sent["seq"].as_u64().unwrap()).await.value();
    assert_eq!(bob.looks_at(&talk).await.value()["state"]["mentioned"], false);
}

#[tokio::test]
async fn what_happens_is_announced_on_the_bus() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    alice.sends(&talk, "canary-7f3a").await;
    world.settles().await;
    let events = world.look("events").await;
    for kind in ["UserCreated", "ConversationCreated", "MemberJoined", "MessagesSent"] {
        assert!(events.to_string().contains(kind), "{kind}: {events:#}");
    }
    assert!(!events.to_string().contains("canary-7f3a"), "no text on the bus");
    assert_eq!(world.look("dead-letters").await, json!([]));
}

#[tokio::test]
async fn who_proves_another_address_is_found_by_it_and_no_more_by_the_old_one() {
    let world = World::shared().await;
    let [alice, mut bob] = world.people(["alice", "bob"]).await;
    let (old, new) = (bob.email.clone(), format!("{}@example.com", unique("bob")));
    let attributes = json!([{ "Name": "email", "Value": new }]);
    let change = json!({ "AccessToken": bob.token, "UserAttributes": attributes });
    world.cognito("UpdateUserAttributes", change).await.unwrap();
    assert_eq!(finds(&alice, &new).await, Vec::<String>::new(), "nothing is proved yet");
    let code = world.code_for(&new).await;
    let proof = json!({ "AccessToken": bob.token, "AttributeName": "email", "Code": code });
    world.cognito("VerifyUserAttribute", proof).await.unwrap();
    bob.email = new.clone();
    bob.signs_in_again().await;
    assert_eq!(finds(&alice, &new).await, std::slice::from_ref(&bob.id));
    assert_eq!(finds(&alice, &old).await, Vec::<String>::new());
}

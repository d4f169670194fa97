//! One walk through everything that people do.

use serde_json::{Value, json};
use tests::chat::{CONVERSATION, MESSAGE, fresh};
use tests::{Credentials, File, Person, World};

use crate::scenarios::federated;
use crate::search;

const PERSON: &str = "{ userId user { displayName } }";

/// Four people do everything there is to do, down to the limits; gives them.
pub(crate) async fn everything(world: &World) -> [Person; 4] {
    let people = world.people(["alice", "bob", "carol", "dan"]).await;
    let [alice, bob, carol, dan] = &people;
    accounts(alice, bob).await;
    conversations(alice, bob, carol, dan).await;
    limits(alice).await;
    messages(alice, bob).await;
    searches(alice, bob).await;
    devices(alice, bob).await;
    blocks(alice, carol, dan).await;
    federated::everybody(alice).await;
    addresses(alice).await;
    newcomers(world).await;
    media(alice, bob).await;
    world.settles().await;
    people
}

async fn asks(person: &Person, document: &str, variables: Value) -> Value {
    person.asks(document, variables).await.value()
}

async fn does(person: &Person, mutation: &str, input: Value, wanted: &str) -> Value {
    person.does(mutation, input, wanted).await.value()
}

async fn accounts(alice: &Person, bob: &Person) {
    asks(alice, "{ getMe { id } }", json!({})).await;
    asks(alice, "query($id: ID!) { getUser(userId: $id) { presence { online } } }", json!({ "id": bob.id }))
        .await;
    asks(alice, "query($q: String!) { searchUsers(query: $q) { items { id } } }", json!({ "q": "bob" }))
        .await;
    asks(alice, "query($q: String!) { searchUsers(query: $q) { items { id } } }", json!({ "q": bob.email }))
        .await;
    does(alice, "updateProfile", json!({ "displayName": "Alice A." }), "{ id }").await;
    for handle in ["alice", "alice.a"] {
        does(alice, "setHandle", json!({ "handle": handle }), "{ id }").await;
    }
    asks(alice, "query($q: String!) { searchUsers(query: $q) { items { id } } }", json!({ "q": "@alice.a" }))
        .await;
    does(alice, "updatePreferences", json!({ "privacy": { "lastSeen": "CONTACTS" } }), "{ id }").await;
    does(alice, "setPresence", json!({ "online": true }), "{ online }").await;
    does(alice, "addContact", json!({ "userId": bob.id }), PERSON).await;
    does(alice, "addContact", json!({ "userId": bob.id, "name": "Bobby" }), PERSON).await;
    asks(alice, &format!("{{ listContacts {{ items {PERSON} }} }}"), json!({})).await;
    asks(bob, "query($id: ID!) { getUser(userId: $id) { presence { online } } }", json!({ "id": alice.id }))
        .await;
    does(alice, "removeContact", json!({ "userId": bob.id }), PERSON).await;
}

/// More messages than fill a block, so that some are found by their words and some where they are.
async fn searches(alice: &Person, bob: &Person) {
    let talk = alice.gathers("searched", &[bob]).await;
    search::fills(alice, &talk, 1..=140, |number| format!("number {number} of many")).await;
    let one =
        "query($q: String!, $c: ID) { searchMessages(query: $q, conversationId: $c) { items { snippet } } }";
    asks(alice, one, json!({ "q": "number after:2020-01-01", "c": talk })).await;
    asks(bob, one, json!({ "q": "\"number 7\"", "c": null })).await;
    let all = "query($q: String!) { searchEverything(query: $q) { people { id } conversations { description } messages { snippet } } }";
    for query in ["many", "\"number 7\" before:2100-01-01", &bob.email] {
        asks(alice, all, json!({ "q": query })).await;
    }
}

/// A device of each platform: told something, given another token, taken over, given up by its platform, and ended.
async fn devices(alice: &Person, bob: &Person) {
    let world = alice.world();
    let talk = alice.meets(bob).await;
    for platform in ["APNS", "APNS_SANDBOX", "FCM"] {
        let (id, token) = (fresh(), fresh());
        for token in [fresh(), token.clone()] {
            let phone = json!({ "id": id, "platform": platform, "token": token });
            does(bob, "registerDevice", phone, "{ id }").await;
        }
        alice.sends(&talk, "are you there?").await;
        world.settles().await;
        let taken = json!({ "id": id, "platform": platform, "token": token });
        does(alice, "registerDevice", taken, "{ id }").await;
        does(alice, "unregisterDevice", json!({ "id": id }), "").await;
    }
    asks(bob, "{ listDevices { id } }", json!({})).await;
    does(bob, "registerDevice", json!({ "id": fresh(), "platform": "WEB", "token": fresh() }), "{ id }")
        .await;
    for endpoint in world.cloud().push_service().endpoints().expect("endpoints") {
        world.cloud().push_service().disable(&endpoint.arn).expect("it is there");
    }
    alice.sends(&talk, "are you still there?").await;
    world.settles().await;
}

async fn blocks(alice: &Person, carol: &Person, dan: &Person) {
    // With dan there is no conversation that would have to be closed.
    does(alice, "blockUser", json!({ "userId": dan.id }), PERSON).await;
    let with_carol = alice.meets(carol).await;
    does(alice, "addContact", json!({ "userId": carol.id }), "{ userId }").await;
    does(alice, "blockUser", json!({ "userId": carol.id }), PERSON).await;
    carol.tries_to_send(&with_carol, "hello?").await.refused("Forbidden");
    asks(alice, &format!("{{ listBlockedUsers {{ items {PERSON} }} }}"), json!({})).await;
    does(alice, "unblockUser", json!({ "userId": carol.id }), PERSON).await;
}

/// Another address, proved, and signed in with.
async fn addresses(alice: &Person) {
    let world = alice.world();
    let email = format!("alice.{}@example.com", fresh());
    let attributes = json!([{ "Name": "email", "Value": email }]);
    let change = json!({ "AccessToken": alice.token, "UserAttributes": attributes });
    world.cognito("UpdateUserAttributes", change).await.expect("changes the address");
    let code = world.code_for(&email).await;
    let prove = json!({ "AccessToken": alice.token, "AttributeName": "email", "Code": code });
    world.cognito("VerifyUserAttribute", prove).await.expect("proves the address");
    let mut renamed = alice.clone();
    renamed.email = email;
    renamed.signs_in_again().await;
}

/// Somebody whom an administrator made: the account comes with the first sign-in.
async fn newcomers(world: &World) {
    let email = format!("eve.{}@example.com", fresh());
    let proved = json!([{ "Name": "email", "Value": email }, { "Name": "email_verified", "Value": "true" }]);
    let [first, second] = ["Correct-horse-7", "Correct-horse-8"];
    let made = json!({ "Username": email, "TemporaryPassword": first, "MessageAction": "SUPPRESS", "UserAttributes": proved });
    Credentials::developer(world).await.administers(world, "AdminCreateUser", made).await;
    let shown = json!({ "USERNAME": email, "PASSWORD": first });
    let enter =
        json!({ "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": world.client_id(), "AuthParameters": shown });
    let challenge = world.cognito("InitiateAuth", enter).await.expect("a challenge");
    let answers = json!({ "USERNAME": email, "NEW_PASSWORD": second });
    let answer = json!({ "ChallengeName": "NEW_PASSWORD_REQUIRED", "ClientId": world.client_id(), "Session": challenge["Session"], "ChallengeResponses": answers });
    let tokens = world.cognito("RespondToAuthChallenge", answer).await.expect("signs in");
    let token = tokens["AuthenticationResult"]["AccessToken"].as_str().expect("a token");
    let accept = "mutation { acceptTerms(input: { version: \"1\" }) { id } }";
    let accepted = Credentials::Token(token.to_owned()).asks(world, accept, &json!({})).await;
    accepted.reply().value();
}

async fn conversations(alice: &Person, bob: &Person, carol: &Person, dan: &Person) {
    let talk = alice.gathers("team", &[bob]).await;
    let of = |more: Value| {
        let mut input = json!({ "conversationId": talk });
        input.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        input
    };
    for description in ["ours", ""] {
        does(alice, "updateGroup", of(json!({ "description": description })), CONVERSATION).await;
    }
    does(alice, "addMembers", of(json!({ "userIds": [carol.id] })), "{ status member { user { id } } }")
        .await;
    does(alice, "setMemberRole", of(json!({ "userId": bob.id, "role": "ADMIN" })), "{ role }").await;
    let members = "query($id: ID!) { listMembers(conversationId: $id) { items { user { id } } } }";
    asks(alice, members, json!({ "id": talk })).await;
    let wanted = of(json!({ "id": fresh(), "maxUses": 5 }));
    let link = does(alice, "createInviteLink", wanted.clone(), "{ code }").await;
    assert_eq!(does(alice, "createInviteLink", wanted, "{ code }").await, link, "said again");
    asks(dan, "query($code: ID!) { getInviteLink(code: $code) { title } }", json!({ "code": link["code"] }))
        .await;
    does(dan, "joinByInviteLink", json!({ "code": link["code"] }), "{ id }").await;
    does(alice, "revokeInviteLink", of(json!({ "code": link["code"] })), "{ revoked }").await;
    let look = "query($id: ID!) { getConversation(conversationId: $id) { participants { id } } }";
    asks(alice, look, json!({ "id": talk })).await;
    let direct = alice.meets(bob).await;
    asks(alice, look, json!({ "id": direct })).await;
    for filter in [json!({}), json!({ "unread": true }), json!({ "archived": true })] {
        let list = "query($filter: ConversationFilter) { listConversations(filter: $filter) { items { participants { id } } } }";
        asks(alice, list, json!({ "filter": filter })).await;
    }
    for change in [json!({ "draft": "well," }), json!({ "draft": "" }), json!({ "pinned": true })] {
        does(alice, "updateMyConversation", of(change), "{ version }").await;
    }
    alice.sends(&talk, "to be cleared").await;
    does(bob, "clearConversation", of(json!({})), "{ clearedSeq }").await;
    does(alice, "removeMember", of(json!({ "userId": carol.id })), "{ id }").await;
    // Whether she is the last owner is a matter of who else there is.
    does(alice, "setMemberRole", of(json!({ "userId": bob.id, "role": "OWNER" })), "{ role }").await;
    does(alice, "setMemberRole", of(json!({ "userId": alice.id, "role": "ADMIN" })), "{ role }").await;
    for person in [alice, bob] {
        does(person, "leaveConversation", of(json!({})), "").await;
    }
}

/// Limits are looked into only where they are reached.
async fn limits(alice: &Person) {
    for _ in 0..3 {
        let talk = alice.gathers("pinned", &[]).await;
        let pin = json!({ "conversationId": talk, "pinned": true });
        does(alice, "updateMyConversation", pin, "{ version }").await;
    }
    let talk = alice.gathers("links", &[]).await;
    let pin = json!({ "conversationId": talk, "pinned": true });
    alice.does("updateMyConversation", pin, "{ version }").await.refused("LimitExceeded");
    let link = || json!({ "id": fresh(), "conversationId": talk });
    for _ in 0..20 {
        does(alice, "createInviteLink", link(), "{ code }").await;
    }
    alice.does("createInviteLink", link(), "{ code }").await.refused("LimitExceeded");
}

async fn messages(alice: &Person, bob: &Person) {
    let talk = alice.gathers("talk", &[bob]).await;
    let other = alice.meets(bob).await;
    let mentioning =
        json!({ "id": fresh(), "conversationId": talk, "text": "look, bob", "mentions": [bob.id] });
    let first = does(alice, "sendMessage", mentioning, MESSAGE).await;
    let mut reply = json!({ "id": fresh(), "conversationId": talk, "text": "yes?", "mentions": [alice.id] });
    reply["replyToSeq"] = first["seq"].clone();
    let batch = json!({ "messages": [reply] });
    does(bob, "sendMessages", batch, "{ id message { replyTo { text } } }").await;
    let with = |more: Value| {
        let mut input = json!({ "conversationId": talk, "messageId": first["id"] });
        input.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        input
    };
    does(alice, "editMessage", with(json!({ "text": "look here, bob", "mentions": [bob.id] })), MESSAGE)
        .await;
    does(bob, "setReaction", with(json!({ "emoji": "👍" })), MESSAGE).await;
    does(bob, "removeReaction", with(json!({})), MESSAGE).await;
    does(bob, "starMessage", with(json!({})), "{ message { text } }").await;
    asks(bob, "{ listStarredMessages { items { message { text } } } }", json!({})).await;
    let stars = "query($id: ID!) { listStarredMessages(conversationId: $id) { items { seq } } }";
    asks(bob, stars, json!({ "id": talk })).await;
    does(bob, "unstarMessage", with(json!({})), "{ seq }").await;
    does(alice, "pinMessage", with(json!({ "duration": "DAY" })), MESSAGE).await;
    asks(bob, "query($id: ID!) { listPinnedMessages(conversationId: $id) { text } }", json!({ "id": talk }))
        .await;
    does(alice, "unpinMessage", with(json!({})), MESSAGE).await;
    let draft = json!({ "conversationId": talk, "draft": "hm" });
    does(bob, "updateMyConversation", draft, "{ version }").await;
    for seq in [2, 1] {
        for mark in ["markDelivered", "markRead"] {
            does(bob, mark, json!({ "conversationId": talk, "seq": seq }), "{ version draft }").await;
        }
    }
    let one = "query($c: ID!, $m: ID!) { getMessage(conversationId: $c, messageId: $m) { text }";
    let info = "getMessageInfo(conversationId: $c, messageId: $m) { __typename } }";
    let both = json!({ "c": talk, "m": first["id"] });
    assert!(alice.asks(&format!("{one} {info}"), both).await.errors.is_empty());
    bob.reads(&talk).await;
    let typing = "subscription($id: ID!) { onTyping(conversationId: $id) { activity } }";
    let mut ear = bob.listens().await;
    ear.subscribe("typing", typing, json!({ "id": talk })).await.expect("a member may");
    does(alice, "setTyping", json!({ "conversationId": talk, "activity": "TYPING" }), "{ activity }").await;
    let targets = json!([{ "conversationId": other, "ids": [fresh()] }]);
    let forward = json!({ "fromConversationId": talk, "messageIds": [first["id"]], "targets": targets });
    does(alice, "forwardMessages", forward, "{ id errorType message { text } }").await;
    does(bob, "deleteMessage", with(json!({ "scope": "ME" })), MESSAGE).await;
    bob.reads(&talk).await;
    does(alice, "deleteMessage", with(json!({ "scope": "EVERYONE" })), MESSAGE).await;
    bob.syncs(&talk, 0, 0, 100).await;
    asks(bob, "{ syncConversations { cursor items { id } } }", json!({})).await;
}

async fn media(alice: &Person, bob: &Person) {
    let talk = alice.gathers("media", &[bob]).await;
    let sent = alice.sends_file(&talk, &File::picture(8, 8)).await;
    let id = sent["id"].as_str().expect("an id").to_owned();
    let voice = alice.uploads(&File::voice(1)).await;
    let outbox = json!({ "messages": [{ "id": fresh(), "conversationId": talk, "attachmentIds": [voice] }] });
    does(alice, "sendMessages", outbox, "{ id message { kind } }").await;
    let targets = json!([{ "conversationId": alice.meets(bob).await, "ids": [fresh()] }]);
    let forward = json!({ "fromConversationId": talk, "messageIds": [id], "targets": targets });
    does(bob, "forwardMessages", forward, "{ id message { attachments { id } } }").await;
    let link = bob.asks_for_link(&talk, &id, &id, "THUMBNAIL").await.value();
    assert_eq!(bob.follows(link["url"].as_str().expect("a link")).await.0, 200);
    let several = "query($c: ID!, $a: [AttachmentRefInput!]!) { getAttachmentUrls(conversationId: $c, attachments: $a) { url } }";
    let wanted = json!({ "c": talk, "a": [{ "messageId": id, "attachmentId": id }] });
    let links = asks(bob, several, wanted).await;
    assert_eq!(bob.follows(links[0]["url"].as_str().expect("a link")).await.0, 200);
    assert_eq!(bob.shared(&talk, "MEDIA").await, std::slice::from_ref(&id));
    let linking = alice.sends(&talk, "see https://example.com").await;
    let edit = json!({ "conversationId": talk, "messageId": linking["id"], "text": "never mind" });
    does(alice, "editMessage", edit, MESSAGE).await;
    let delete = json!({ "conversationId": talk, "messageId": id, "scope": "EVERYONE" });
    does(alice, "deleteMessage", delete, MESSAGE).await;
}

/// What comes only with time. Tokens of before have ended after it.
pub(super) async fn weeks_later(world: &World) {
    let alice = world.person("alice").await;
    alice.uploads(&File::picture(4, 4)).await;
    world.advances(8 * 24 * 60 * 60).await;
    world.settles().await;
}

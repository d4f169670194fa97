//! Positions that clients carry open for their query, their arguments and their caller, unchanged, and for nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::{StreamExt as _, stream};
use serde_json::{Value, json};
use tests::chat::fresh;
use tests::{Person, Reply, World};

/// A list with a token for its second page.
struct List {
    field: &'static str,
    arguments: Value,
    token: String,
}

const SELECTIONS: [(&str, &str); 7] = [
    ("listContacts", "{ nextToken }"),
    ("listBlockedUsers", "{ nextToken }"),
    ("searchUsers", "{ nextToken }"),
    ("listConversations", "{ nextToken }"),
    ("listMembers", "{ nextToken }"),
    ("listStarredMessages", "{ nextToken }"),
    ("getMessageInfo", "{ nextToken }"),
];

async fn page(person: &Person, field: &str, arguments: &Value) -> Reply {
    let (_, selection) = SELECTIONS.iter().find(|(name, _)| *name == field).expect("a list");
    let types = [
        ("limit", "Int"),
        ("nextToken", "String"),
        ("conversationId", "ID!"),
        ("messageId", "ID!"),
        ("query", "String!"),
        ("filter", "ConversationFilter"),
    ];
    let names: Vec<_> = arguments.as_object().unwrap().keys().cloned().collect();
    let kind = |name: &str| types.iter().find(|(known, _)| *known == name).expect("a known argument").1;
    let declared: Vec<_> = names.iter().map(|name| format!("${name}: {}", kind(name))).collect();
    let passed: Vec<_> = names.iter().map(|name| format!("{name}: ${name}")).collect();
    let document = format!("query({}) {{ {field}({}) {selection} }}", declared.join(", "), passed.join(", "));
    person.asks(&document, arguments.clone()).await
}

fn with_token(arguments: &Value, token: &str) -> Value {
    let mut arguments = arguments.clone();
    arguments["nextToken"] = json!(token);
    arguments
}

/// Somebody with two of everything, and the first page of each list.
async fn lists() -> (World, Person, Person, Vec<List>) {
    let world = World::shared().await;
    let [alice, bob, carol, dan, erin] = world.people(["alice", "bob", "carol", "dan", "erin"]).await;
    let talk = alice.gathers("group", &[&bob, &carol]).await;
    let other = alice.gathers("another", &[&bob, &carol]).await;
    let (mut messages, mut last) = (Vec::new(), 0);
    for text in ["one", "two"] {
        let message = alice.sends(&talk, text).await;
        let star = json!({ "conversationId": talk, "messageId": message["id"] });
        alice.does("starMessage", star, "{ seq }").await.value();
        messages.push(message["id"].clone());
        last = message["seq"].as_u64().expect("a number");
    }
    for person in [&bob, &carol] {
        alice.does("addContact", json!({ "userId": person.id }), "{ userId }").await.value();
        person.has_read(&talk, last).await.value();
    }
    for person in [&dan, &erin] {
        alice.does("blockUser", json!({ "userId": person.id }), "{ userId }").await.value();
        alice.world().settles().await;
    }
    assert_ne!(talk, other);
    let arguments = [
        ("listContacts", json!({ "limit": 1 })),
        ("listBlockedUsers", json!({ "limit": 1 })),
        ("searchUsers", json!({ "limit": 1, "query": "carol" })),
        ("listConversations", json!({ "limit": 1 })),
        ("listMembers", json!({ "limit": 1, "conversationId": talk })),
        ("listStarredMessages", json!({ "limit": 1 })),
        ("getMessageInfo", json!({ "limit": 1, "conversationId": talk, "messageId": messages[0] })),
    ];
    // One more to find.
    world.person("carol").await;
    let mut lists = Vec::new();
    for (field, arguments) in arguments {
        let first = page(&alice, field, &arguments).await.value();
        let token =
            first["nextToken"].as_str().unwrap_or_else(|| panic!("{field} has no second page")).to_owned();
        assert!(page(&alice, field, &with_token(&arguments, &token)).await.errors.is_empty(), "{field}");
        lists.push(List { field, arguments, token });
    }
    (world, alice, bob, lists)
}

/// How many flips are tried.
#[expect(clippy::disallowed_methods, reason = "tests are made longer by the environment")]
fn flips() -> usize {
    if std::env::var("SMARTCHAT_LONG").is_ok() { 100_000 } else { 2_000 }
}

/// Every bit of every token once, then pairs of bits, until there are enough.
fn changed(bytes: &[u8], round: usize) -> Vec<u8> {
    let bits = bytes.len() * 8;
    let mut changed = bytes.to_vec();
    let mut flip = |bit: usize| changed[bit / 8] ^= 1 << (bit % 8);
    flip(round % bits);
    let second = (round / bits * 7 + round * 13) % bits;
    if round >= bits && second != round % bits {
        flip(second);
    }
    changed
}

#[tokio::test]
async fn no_flipped_bit_is_accepted() {
    let (_, alice, _, lists) = lists().await;
    let each = flips().div_ceil(lists.len());
    for list in &lists {
        let bytes = URL_SAFE_NO_PAD.decode(&list.token).expect("base64");
        let tries = stream::iter(0..each).map(|round| {
            let token = URL_SAFE_NO_PAD.encode(changed(&bytes, round));
            assert_ne!(token, list.token);
            let (alice, list) = (&alice, &list);
            async move { page(alice, list.field, &with_token(&list.arguments, &token)).await }
        });
        let replies: Vec<Reply> = tries.buffer_unordered(16).collect().await;
        assert_eq!(replies.len(), each);
        for reply in replies {
            reply.refused("BadRequest");
            assert!(reply.data[list.field].is_null(), "{}", list.field);
        }
    }
}

/// The text of a token as well: other spellings of the same bytes, cut and lengthened ones.
#[tokio::test]
async fn no_other_spelling_is_accepted() {
    let (_, alice, _, lists) = lists().await;
    for list in &lists {
        let token = &list.token;
        let half = &token[..token.len() / 2];
        let mut spellings = vec![
            String::new(),
            half.to_owned(),
            token[1..].to_owned(),
            token[..token.len() - 1].to_owned(),
            format!("{token}A"),
            format!("{token}="),
            format!("{token}=="),
            format!(" {token}"),
            format!("{token}\n"),
            token.to_ascii_lowercase(),
            format!("{token}{token}"),
            "AAAA".repeat(20),
            "../../etc/passwd".to_owned(),
            "A".repeat(100_000),
            "🙂".to_owned(),
        ];
        // The last character holds bits that mean nothing: all others must be refused, too.
        let alphabet = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['-', '_']);
        spellings.extend(alphabet.map(|last| format!("{}{last}", &token[..token.len() - 1])));
        for spelling in spellings.iter().filter(|spelling| *spelling != token) {
            let reply = page(&alice, list.field, &with_token(&list.arguments, spelling)).await;
            assert_eq!(
                reply.error_type(),
                Some("BadRequest"),
                "{} takes {spelling:?}: {reply:?}",
                list.field
            );
        }
    }
}

#[tokio::test]
async fn a_token_is_one_callers_for_one_list() {
    let (_, alice, bob, lists) = lists().await;
    for list in &lists {
        let arguments = with_token(&list.arguments, &list.token);
        let reply = page(&bob, list.field, &arguments).await;
        assert_eq!(reply.error_type(), Some("BadRequest"), "{} of another caller: {reply:?}", list.field);
        for other in lists.iter().filter(|other| other.field != list.field) {
            let reply = page(&alice, other.field, &with_token(&other.arguments, &list.token)).await;
            assert_eq!(
                reply.error_type(),
                Some("BadRequest"),
                "{} in {}: {reply:?}",
                list.field,
                other.field
            );
        }
    }
}

#[tokio::test]
async fn a_token_holds_for_its_arguments() {
    let (_, alice, bob, lists) = lists().await;
    let other = alice.gathers("elsewhere", &[&bob]).await;
    let message = alice.sends(&other, "elsewhere").await["id"].clone();
    let elsewhere = [
        ("searchUsers", json!({ "limit": 1, "query": "bob" })),
        ("listConversations", json!({ "limit": 1, "filter": { "kind": "GROUP" } })),
        ("listConversations", json!({ "limit": 1, "filter": { "unread": true } })),
        ("listMembers", json!({ "limit": 1, "conversationId": other })),
        ("listStarredMessages", json!({ "limit": 1, "conversationId": other })),
        ("getMessageInfo", json!({ "limit": 1, "conversationId": other, "messageId": message })),
    ];
    for (field, arguments) in elsewhere {
        let list = lists.iter().find(|list| list.field == field).expect("a list");
        let reply = page(&alice, field, &with_token(&arguments, &list.token)).await;
        assert_eq!(reply.error_type(), Some("BadRequest"), "{field} with {arguments}: {reply:?}");
    }
    // A page may be larger than the one before.
    for list in &lists {
        let mut larger = with_token(&list.arguments, &list.token);
        larger["limit"] = json!(100);
        assert!(page(&alice, list.field, &larger).await.errors.is_empty(), "{}", list.field);
    }
}

/// The cursor of sync is no key either: of no use to others, it says so and gives them their own.
#[tokio::test]
async fn the_cursor_of_sync_is_of_no_use_to_others() {
    let world = World::shared().await;
    let [alice, bob, mallory] = world.people(["alice", "bob", "mallory"]).await;
    let talk = alice.meets(&bob).await;
    alice.sends(&talk, "hello").await;
    let sync =
        "query($cursor: String) { syncConversations(cursor: $cursor) { items { id } left cursor resync } }";
    let cursor = alice.asks(sync, json!({})).await.value()["cursor"].as_str().unwrap().to_owned();
    let stolen = mallory.asks(sync, json!({ "cursor": cursor })).await.value();
    assert_eq!(
        (&stolen["items"], &stolen["left"], &stolen["resync"]),
        (&json!([]), &json!([]), &json!(true))
    );
    let bytes = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
    let step = if flips() > 2_000 { 1 } else { 7 };
    for round in (0..bytes.len() * 8).step_by(step) {
        let changed = URL_SAFE_NO_PAD.encode(changed(&bytes, round));
        let page = alice.asks(sync, json!({ "cursor": changed })).await.value();
        assert_eq!(page["resync"], true, "bit {round}");
    }
    let list = "query($token: String) { listConversations(nextToken: $token) { items { id } } }";
    alice.asks(list, json!({ "token": cursor })).await.refused("BadRequest");
    assert_ne!(cursor, fresh());
}

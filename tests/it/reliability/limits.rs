//! Inputs at and beyond the limits: a typed error, and nothing half written.

use serde_json::{Value, json};
use tests::chat::fresh;
use tests::{Credentials, Person, World};

const LONGEST: usize = 4_096;

/// The conversation as it is, which no refused request changes.
async fn state_of(person: &Person, talk: &str) -> (Value, Vec<Value>) {
    (person.looks_at(talk).await.value(), person.reads(talk).await)
}

#[tokio::test]
async fn texts_that_are_none_are_refused_and_leave_no_trace() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let before = state_of(&alice, &talk).await;
    let refused = [
        ("one character too long", "a".repeat(LONGEST + 1)),
        ("one cluster too long", "🇻🇳".repeat(LONGEST + 1)),
        ("few clusters of many bytes", format!("a{}", "\u{301}".repeat(70_000))),
        ("empty", String::new()),
        ("spaces", " \n\t ".to_owned()),
        ("zero width", "\u{200B}\u{FEFF}\u{2060}".to_owned()),
        ("soft hyphens", "\u{AD}".repeat(8)),
        ("a NUL in it", "a\0b".to_owned()),
    ];
    for (label, text) in refused {
        let id = fresh();
        let reply = alice.sends_as(&id, &talk, &text).await;
        assert_eq!(reply.error_type(), Some("BadRequest"), "{label}: {reply:?}");
        let input = json!({ "conversationId": talk, "messageId": id });
        alice.does("deleteMessage", with(input, "scope", "EVERYONE"), "{ id }").await.refused("NotFound");
    }
    assert_eq!(state_of(&alice, &talk).await, before);
}

fn with(mut input: Value, name: &str, value: &str) -> Value {
    input[name] = json!(value);
    input
}

#[tokio::test]
async fn texts_at_the_limit_come_as_they_were_sent() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let mut ear = bob.listens().await;
    let accepted = [
        ("as long as may be", "a".repeat(LONGEST)),
        ("as many clusters as may be", "🇻🇳".repeat(LONGEST)),
        ("a family", "👩‍👩‍👧‍👦 and a\u{200D}".to_owned()),
        ("right to left", "\u{202E}abc\u{202C} שלום \u{2067}x\u{2069}".to_owned()),
        ("what JSON escapes", "\"\\\u{1}\u{7F}\u{2028}\r\n".repeat(500)),
    ];
    for (label, text) in &accepted {
        let sent = alice.sends(&talk, text).await;
        assert_eq!(sent["text"].as_str(), Some(text.as_str()), "{label}");
        let heard = ear.hears(label, |event| event["message"]["id"] == sent["id"]).await;
        assert_eq!(heard["message"]["text"].as_str(), Some(text.as_str()), "{label}, live");
    }
    let texts: Vec<_> = accepted.into_iter().map(|(_, text)| text).collect();
    assert_eq!(bob.texts(&talk).await, texts);
}

/// As many bytes as a text may have: a letter and seven marks of two bytes, 15 bytes in each of 4,096 clusters.
fn longest_text() -> String {
    format!("q{}", "\u{316}".repeat(7)).repeat(LONGEST)
}

/// Sends so many of the longest messages at once, each a reply to the longest of all.
async fn floods(person: &Person, talk: &str, count: usize) -> Vec<Value> {
    let text = longest_text();
    let first = person.sends(talk, &text).await["seq"].clone();
    let message = |_| json!({ "id": fresh(), "conversationId": talk, "text": text, "replyToSeq": first });
    let outbox = json!({ "messages": (0..count).map(message).collect::<Vec<_>>() });
    let results = person.does("sendMessages", outbox, "{ message { id } errorType }").await.value();
    let ids = results.as_array().unwrap().iter().map(|result| result["message"]["id"].clone());
    ids.inspect(|id| assert!(id.is_string(), "{results}")).collect()
}

/// What is longer than 240 KB, AppSync drops without a word.
#[tokio::test]
async fn what_is_too_much_for_one_event_comes_in_several() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let mut ear = bob.listens().await;
    for id in floods(&alice, &talk, 9).await {
        let heard = ear.hears("a long one", |event| event["message"]["id"] == id).await;
        assert_eq!(heard["message"]["text"].as_str(), Some(longest_text().as_str()));
        let quoted = heard["message"]["replyTo"]["text"].as_str().expect("what it replies to");
        assert!(!quoted.is_empty() && longest_text().starts_with(quoted));
        assert!(heard.to_string().len() < 240 << 10, "no single event is too long");
    }
    let synced = bob.syncs(&talk, 0, 0, 100).await;
    assert!(synced["events"].as_array().is_some_and(|events| !events.is_empty()));
}

#[tokio::test]
async fn halves_of_characters_are_refused() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let token = Credentials::Token(alice.token.clone());
    let document = "mutation($input: SendMessageInput!) { sendMessage(input: $input) { id text } }";
    for half in [r"\ud83d", r"\ude00", r"a\ud83d b"] {
        let input = format!(r#"{{"id":"{}","conversationId":"{talk}","text":"{half}"}}"#, fresh());
        let body = format!(r#"{{"query":{},"variables":{{"input":{input}}}}}"#, json!(document));
        let answer = token.posts(&world, body).await;
        let reply = answer.reply();
        assert!(reply.error_type().is_some() && reply.data["sendMessage"].is_null(), "{half}: {answer:?}");
        assert!(answer.status < 500, "{answer:?}");
    }
    assert_eq!(alice.looks_at(&talk).await.value()["seq"], 0);
}

#[tokio::test]
async fn tokens_of_64_kilobytes_are_refused_as_others_are() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let long = "A".repeat(64 << 10);
    for token in [long.clone(), "A".to_owned(), format!("v1.{long}")] {
        let list = "query($token: String) { listContacts(nextToken: $token) { items { userId } } }";
        alice.asks(list, json!({ "token": token })).await.refused("BadRequest");
    }
    let sync = "query($cursor: String) { syncConversations(cursor: $cursor) { resync } }";
    assert_eq!(
        alice.asks(sync, json!({ "cursor": long })).await.value()["resync"],
        true,
        "a cursor of no use"
    );
    let answer = Credentials::Token(long).asks(&world, "{ getMe { id } }", &json!({})).await;
    assert!((400..500).contains(&answer.status), "{answer:?}");
    alice.asks("{ getMe { id } }", json!({})).await.value();
}

#[tokio::test]
async fn lists_have_a_greatest_length() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let many = |count: usize| {
        let message = |_| json!({ "id": fresh(), "conversationId": talk, "text": "x" });
        json!({ "messages": (0..count).map(message).collect::<Vec<_>>() })
    };
    alice.does("sendMessages", many(26), "{ id }").await.refused("BadRequest");
    alice.does("sendMessages", many(0), "{ id }").await.refused("BadRequest");
    let ids: Vec<_> = (0..101).map(|_| fresh()).collect();
    let group = json!({ "id": fresh(), "title": "too many", "memberIds": ids });
    alice.does("createGroup", group, "{ conversation { id } }").await.refused("BadRequest");
    for limit in [0, 101, -1] {
        let list = "query($limit: Int) { listConversations(limit: $limit) { items { id } } }";
        alice.asks(list, json!({ "limit": limit })).await.refused("BadRequest");
    }
    assert_eq!(alice.looks_at(&talk).await.value()["seq"], 0);
    assert_eq!(alice.chat_list().await.len(), 1, "no group");
}

/// A hundred of them are more than 6 MB, which no function may answer.
#[tokio::test]
async fn pages_of_the_longest_messages_hold_fewer_and_lack_nothing() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    for _ in 0..10 {
        floods(&alice, &talk, 10).await;
    }
    let last = alice.sends(&talk, "the last").await["seq"].as_u64().expect("a number");
    let (mut after, mut synced, mut pages) = (0, Vec::new(), 0);
    while pages == 0 || synced.last() != Some(&last) {
        let page = bob.syncs(&talk, after, 0, 100).await;
        synced.extend(page["events"].as_array().unwrap().iter().filter_map(|event| event["seq"].as_u64()));
        after = page["seq"].as_u64().unwrap();
        pages += 1;
        assert_eq!(page["hasMore"] == true, after < last);
    }
    assert_eq!(synced, (1..=last).collect::<Vec<_>>());
    assert!(pages > 2, "{pages} pages");
    let document = "query ($talk: ID!) { listMessages(conversationId: $talk, limit: 100) { items { seq text } hasBefore } }";
    let page = bob.asks(document, json!({ "talk": talk })).await.value();
    assert!(page["items"].as_array().unwrap().len() < 100 && page["hasBefore"] == true);
}

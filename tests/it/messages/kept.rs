//! Deleted, pinned, starred.

use serde_json::{Value, json};
use tests::World;
use tests::chat::MESSAGE;

const INFO: &str = "query($c: ID!, $m: ID!) { getMessageInfo(conversationId: $c, messageId: $m) {
    receipts { userId deliveredSeq readSeq } deliveredCount readCount reactions { userId emoji } edits { text } } }";

fn of(talk: &str, message: &Value) -> Value {
    json!({ "conversationId": talk, "messageId": message["id"] })
}

fn with(mut input: Value, field: &str, value: &str) -> Value {
    input[field] = json!(value);
    input
}

#[tokio::test]
async fn deleting_for_everyone_takes_all_of_it() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.gathers("group", &[&bob]).await;
    let message = bob.sends(&talk, "first words").await;
    for text in ["second words", "third words"] {
        bob.does("editMessage", with(of(&talk, &message), "text", text), MESSAGE).await.value();
    }
    alice.does("setReaction", with(of(&talk, &message), "emoji", "👍"), MESSAGE).await.value();
    alice.does("pinMessage", of(&talk, &message), MESSAGE).await.value();
    let info = json!({ "c": talk, "m": message["id"] });
    let before = alice.asks(INFO, info.clone()).await.value();
    assert_eq!(before["edits"], json!([{ "text": "first words" }, { "text": "second words" }]));
    assert_eq!(before["reactions"], json!([{ "userId": alice.id, "emoji": "👍" }]));

    let gone =
        alice.does("deleteMessage", with(of(&talk, &message), "scope", "EVERYONE"), MESSAGE).await.value();
    assert_eq!(gone["deletedBy"], alice.id.as_str(), "an owner deletes what others wrote");
    assert!(gone["text"].is_null() && gone["editedAt"].is_null() && gone["pinnedAt"].is_null());
    let after = bob.asks(INFO, info).await.value();
    assert_eq!((after["edits"].clone(), after["reactions"].clone()), (json!([]), json!([])));
    let pinned = "query($c: ID!) { listPinnedMessages(conversationId: $c) { seq } }";
    assert_eq!(bob.asks(pinned, json!({ "c": talk })).await.value(), json!([]));
    let view = bob.looks_at(&talk).await.value();
    assert_eq!(
        (view["lastMessage"]["deleted"].clone(), view["lastMessage"]["text"].clone()),
        (json!(true), Value::Null)
    );
    for (field, input) in [
        ("editMessage", with(of(&talk, &message), "text", "back")),
        ("setReaction", with(of(&talk, &message), "emoji", "👍")),
        ("pinMessage", of(&talk, &message)),
        ("starMessage", of(&talk, &message)),
    ] {
        bob.does(field, input, "{ seq }").await.refused("Forbidden");
    }
    bob.does("removeReaction", of(&talk, &message), MESSAGE).await.value();
}

#[tokio::test]
async fn everybodys_receipt_is_in_the_info_and_the_senders_is_not() {
    let world = World::shared().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let talk = alice.gathers("group", &[&bob, &carol]).await;
    let message = alice.sends(&talk, "who reads this?").await;
    let seq = message["seq"].as_u64().unwrap();
    bob.has_read(&talk, seq).await.value();
    let delivered = json!({ "conversationId": talk, "seq": seq });
    carol.does("markDelivered", delivered, "{ deliveredSeq }").await.value();
    let info = carol.asks(INFO, json!({ "c": talk, "m": message["id"] })).await.value();
    assert_eq!((info["deliveredCount"].clone(), info["readCount"].clone()), (json!(2), json!(1)));
    let receipts = info["receipts"].as_array().unwrap();
    assert!(receipts.contains(&json!({ "userId": bob.id, "deliveredSeq": seq, "readSeq": seq })));
    assert!(receipts.iter().all(|receipt| receipt["userId"] != alice.id.as_str()));
}

#[tokio::test]
async fn who_does_not_tell_what_they_read_is_not_told_either() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let message = alice.sends(&talk, "read me").await;
    bob.has_read(&talk, 1).await.value();
    let info = json!({ "c": talk, "m": message["id"] });
    assert_eq!(alice.asks(INFO, info.clone()).await.value()["readCount"], 1);
    let shy = json!({ "privacy": { "readReceipts": false } });
    alice.does("updatePreferences", shy, "{ version }").await.value();
    let hidden = alice.asks(INFO, info).await.value();
    assert_eq!(hidden["receipts"], json!([{ "userId": bob.id, "deliveredSeq": 1, "readSeq": null }]));
    assert_eq!((hidden["deliveredCount"].clone(), hidden["readCount"].clone()), (json!(1), json!(0)));
    let synced = bob.syncs(&talk, 0, 0, 10).await;
    assert!(synced["receipts"][0]["readSeq"].is_null());
}

#[tokio::test]
async fn a_pin_ends_by_itself_and_makes_room() {
    let world = World::new().await;
    let mut alice = world.person("alice").await;
    let talk = alice.meets(&alice).await;
    let mut messages = Vec::new();
    for number in 1..=4 {
        messages.push(alice.sends(&talk, &number.to_string()).await);
    }
    let day = with(of(&talk, &messages[0]), "duration", "DAY");
    let pinned = alice.does("pinMessage", day.clone(), MESSAGE).await.value();
    assert!(pinned["pinnedUntil"].is_string());
    assert_eq!(alice.does("pinMessage", day, MESSAGE).await.value(), pinned, "pinned once");
    for message in &messages[1..3] {
        alice.does("pinMessage", of(&talk, message), MESSAGE).await.value();
    }
    alice.does("pinMessage", of(&talk, &messages[3]), MESSAGE).await.refused("LimitExceeded");

    world.advances(25 * 60 * 60).await;
    alice.signs_in_again().await;
    let list = "query($c: ID!) { listPinnedMessages(conversationId: $c) { seq } }";
    assert_eq!(alice.asks(list, json!({ "c": talk })).await.value(), json!([{ "seq": 3 }, { "seq": 2 }]));
    assert!(alice.reads(&talk).await[0]["pinnedAt"].is_null());
    alice.does("pinMessage", of(&talk, &messages[3]), MESSAGE).await.value();
}

#[tokio::test]
async fn stars_come_page_by_page_and_outlive_a_membership_without_their_message() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let (notes, group) = (bob.meets(&bob).await, alice.gathers("group", &[&bob]).await);
    for (talk, text) in [(&notes, "one"), (&group, "two"), (&notes, "three")] {
        let message = bob.sends(talk, text).await;
        bob.does("starMessage", of(talk, &message), "{ seq }").await.value();
    }
    world.settles().await;
    let list =
        "query($c: ID, $next: String) { listStarredMessages(conversationId: $c, limit: 2, nextToken: $next) {
        items { message { text } } nextToken } }";
    let texts = |page: &Value| {
        let items = page["items"].as_array().cloned().unwrap_or_default();
        items
            .iter()
            .map(|item| item["message"]["text"].as_str().unwrap_or("-").to_owned())
            .collect::<Vec<_>>()
    };
    let first = bob.asks(list, json!({})).await.value();
    assert_eq!(texts(&first), ["three", "two"]);
    let second = bob.asks(list, json!({ "next": first["nextToken"] })).await.value();
    assert_eq!((texts(&second), second["nextToken"].clone()), (vec!["one".to_owned()], Value::Null));
    alice.asks(list, json!({ "next": first["nextToken"] })).await.refused("BadRequest");
    bob.asks(list, json!({ "c": notes, "next": first["nextToken"] })).await.refused("BadRequest");
    let of_notes = bob.asks(list, json!({ "c": notes })).await.value();
    assert_eq!(texts(&of_notes), ["three", "one"]);

    bob.does("leaveConversation", json!({ "conversationId": group }), "").await.value();
    assert_eq!(texts(&bob.asks(list, json!({})).await.value()), ["three", "-"]);
}

//! What somebody may not see is not there.

use serde_json::{Value, json};
use tests::chat::{MESSAGE, fresh};
use tests::{Person, World};

/// Every way to ask for a message, with what else the field needs.
const FIELDS: [(&str, &str); 8] = [
    ("editMessage", r#"{"text":"x"}"#),
    ("deleteMessage", r#"{"scope":"ME"}"#),
    ("deleteMessage", r#"{"scope":"EVERYONE"}"#),
    ("setReaction", r#"{"emoji":"👍"}"#),
    ("removeReaction", "{}"),
    ("starMessage", "{}"),
    ("pinMessage", "{}"),
    ("unpinMessage", "{}"),
];

async fn tries_everything(person: &Person, talk: &Value, message: &Value) -> Vec<(String, String)> {
    let mut answers = Vec::new();
    for (field, more) in FIELDS {
        let mut input: Value = serde_json::from_str(more).unwrap();
        input["conversationId"] = talk.clone();
        input["messageId"] = message.clone();
        let reply = person.does(field, input, "{ seq }").await;
        answers.push((reply.refused("NotFound"), reply.data.to_string()));
    }
    for field in ["getMessage", "getMessageInfo"] {
        let wanted = if field == "getMessage" { "{ seq }" } else { "{ readCount }" };
        let document =
            format!("query($c: ID!, $m: ID!) {{ {field}(conversationId: $c, messageId: $m) {wanted} }}");
        let reply = person.asks(&document, json!({ "c": talk, "m": message })).await;
        answers.push((reply.refused("NotFound"), reply.data.to_string()));
    }
    answers
}

#[tokio::test]
async fn for_a_stranger_what_is_there_and_what_is_not_are_the_same() {
    let world = World::shared().await;
    let [alice, bob, eve] = world.people(["alice", "bob", "eve"]).await;
    let talk = json!(alice.meets(&bob).await);
    let there = alice.sends(talk.as_str().unwrap(), "secret").await["id"].clone();
    let nowhere = json!(format!("g-{}", "0".repeat(32)));
    let seen = tries_everything(&eve, &talk, &there).await;
    assert_eq!(seen, tries_everything(&eve, &talk, &json!(fresh())).await);
    assert_eq!(seen, tries_everything(&eve, &nowhere, &there).await);
    let own = json!(eve.meets(&eve).await);
    assert_eq!(
        seen,
        tries_everything(&eve, &own, &there).await,
        "another conversation's message under one's own"
    );
}

#[tokio::test]
async fn the_other_fields_know_no_strangers_either() {
    let world = World::shared().await;
    let [alice, bob, eve] = world.people(["alice", "bob", "eve"]).await;
    let talk = alice.meets(&bob).await;
    alice.sends(&talk, "secret").await;
    let queries = [
        "query($c: ID!) { listMessages(conversationId: $c) { hasBefore } }",
        "query($c: ID!) { listPinnedMessages(conversationId: $c) { seq } }",
        "query($c: ID!) { listStarredMessages(conversationId: $c) { nextToken } }",
        "query($c: ID!) { syncMessages(conversationId: $c, afterSeq: 0, afterRev: 0) { seq } }",
    ];
    for document in queries {
        eve.asks(document, json!({ "c": talk })).await.refused("NotFound");
    }
    eve.tries_to_send(&talk, "hello").await.refused("NotFound");
    eve.has_read(&talk, 1).await.refused("NotFound");
    let typing = json!({ "conversationId": talk, "activity": "TYPING" });
    eve.does("setTyping", typing, "{ at }").await.refused("NotFound");
    assert_eq!(bob.texts(&talk).await, ["secret"]);
}

#[tokio::test]
async fn who_joins_late_sees_nothing_from_before() {
    let world = World::shared().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let talk = alice.gathers("old", &[&bob]).await;
    let early = alice.sends(&talk, "early").await;
    alice
        .does("pinMessage", json!({ "conversationId": talk, "messageId": early["id"] }), "{ seq }")
        .await
        .value();
    let add = json!({ "conversationId": talk, "userIds": [carol.id] });
    alice.does("addMembers", add, "{ status }").await.value();
    alice.sends(&talk, "late").await;

    assert_eq!(carol.texts(&talk).await, ["late"]);
    tries_everything(&carol, &json!(talk), &early["id"]).await;
    let pinned = "query($c: ID!) { listPinnedMessages(conversationId: $c) { seq } }";
    assert_eq!(carol.asks(pinned, json!({ "c": talk })).await.value(), json!([]));
    let reply = json!({ "id": fresh(), "conversationId": talk, "text": "what?", "replyToSeq": early["seq"] });
    carol.does("sendMessage", reply, MESSAGE).await.refused("NotFound");
    let document = "query($c: ID!) { listMessages(conversationId: $c) { items { seq } hasBefore } }";
    let page = carol.asks(document, json!({ "c": talk })).await.value();
    assert_eq!(page["hasBefore"], false);
}

#[tokio::test]
async fn a_notice_is_found_by_its_id_and_cannot_be_changed() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.gathers("group", &[&bob]).await;
    let notice = alice.reads(&talk).await[0].clone();
    assert_eq!(notice["kind"], "SYSTEM");
    let document =
        format!("query($c: ID!, $m: ID!) {{ getMessage(conversationId: $c, messageId: $m) {MESSAGE} }}");
    let of = json!({ "c": talk, "m": notice["id"] });
    assert_eq!(alice.asks(&document, of).await.value(), notice);
    let of = |more: Value| {
        let mut input = json!({ "conversationId": talk, "messageId": notice["id"] });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    alice.does("editMessage", of(json!({ "text": "x" })), "{ seq }").await.refused("Forbidden");
    alice.does("deleteMessage", of(json!({ "scope": "EVERYONE" })), "{ seq }").await.refused("Forbidden");
    alice.does("setReaction", of(json!({ "emoji": "👍" })), "{ seq }").await.refused("Forbidden");
    alice.does("pinMessage", of(json!({})), "{ seq }").await.refused("Forbidden");
    alice.does("starMessage", of(json!({})), "{ seq }").await.refused("Forbidden");
}

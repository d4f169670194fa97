//! What lies before one's time in a group is hidden, whichever way one asks.

use serde_json::{Value, json};
use tests::chat::{MESSAGE, fresh};
use tests::{Person, World};

const CANARY: &str = "the secret of the first days";

/// A group with a past, a newcomer, and the message they must not see.
async fn with_a_past() -> (World, Person, Person, String, Value) {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.gathers("old", &[]).await;
    let secret = alice.sends(&talk, CANARY).await;
    alice
        .does("addMembers", json!({ "conversationId": talk, "userIds": [bob.id] }), "{ status }")
        .await
        .value();
    (world, alice, bob, talk, secret)
}

#[tokio::test]
async fn an_old_message_is_not_there_for_newcomers() {
    let (_, _, bob, talk, secret) = with_a_past().await;
    let (real, absent) = (secret["id"].clone(), json!(fresh()));
    let get =
        format!("query($c: ID!, $m: ID!) {{ getMessage(conversationId: $c, messageId: $m) {MESSAGE} }}");
    let info = "query($c: ID!, $m: ID!) { getMessageInfo(conversationId: $c, messageId: $m) { readCount } }";
    for document in [get.as_str(), info] {
        let hidden = bob.asks(document, json!({ "c": talk, "m": real })).await;
        assert_eq!(hidden, bob.asks(document, json!({ "c": talk, "m": absent })).await);
        hidden.refused("NotFound");
    }
    let with = |extra: Value| {
        let mut input = json!({ "conversationId": talk });
        input.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        input
    };
    let mutations = [
        ("editMessage", json!({ "text": "x" }), MESSAGE),
        ("deleteMessage", json!({ "scope": "ME" }), MESSAGE),
        ("deleteMessage", json!({ "scope": "EVERYONE" }), MESSAGE),
        ("setReaction", json!({ "emoji": "👍" }), MESSAGE),
        ("removeReaction", json!({}), MESSAGE),
        ("starMessage", json!({}), "{ seq }"),
        ("unstarMessage", json!({}), "{ seq }"),
        ("pinMessage", json!({}), MESSAGE),
        ("unpinMessage", json!({}), MESSAGE),
    ];
    for (mutation, extra, wanted) in mutations {
        let asks = |id: &Value| {
            let mut input = with(extra.clone());
            input["messageId"] = id.clone();
            bob.does(mutation, input, wanted)
        };
        let hidden = asks(&real).await;
        assert_eq!(hidden, asks(&absent).await, "{mutation}");
        hidden.refused("NotFound");
    }
}

#[tokio::test]
async fn an_old_message_does_not_come_by_a_side_door() {
    let (world, alice, bob, talk, secret) = with_a_past().await;
    // Quoted by the newcomer.
    let reply = json!({ "id": fresh(), "conversationId": talk, "text": "re", "replyToSeq": secret["seq"] });
    let quoted = bob.does("sendMessage", reply, MESSAGE).await;
    assert!(!format!("{quoted:?}").contains(CANARY), "{quoted:?}");
    // Forwarded by the newcomer.
    let notes = bob.meets(&bob).await;
    let targets = json!([{ "conversationId": notes, "ids": [fresh()] }]);
    let forward = json!({ "fromConversationId": talk, "messageIds": [secret["id"]], "targets": targets });
    let forwarded = bob.does("forwardMessages", forward, "{ errorType message { text } }").await;
    assert!(!format!("{forwarded:?}").contains(CANARY), "{forwarded:?}");
    // Pinned, edited and reacted to by those who see it, with the newcomer listening and syncing.
    let mut ear = bob.listens().await;
    let of = json!({ "conversationId": talk, "messageId": secret["id"] });
    alice.does("pinMessage", of.clone(), "{ id }").await.value();
    let mut react = of;
    react["emoji"] = json!("👍");
    alice.does("setReaction", react, "{ id }").await.value();
    world.settles().await;
    ear.catches_up().await;
    assert!(!format!("{:?}", ear.events).contains(CANARY), "{:#?}", ear.events);
    let pinned = "query($id: ID!) { listPinnedMessages(conversationId: $id) { text } }";
    let pinned = bob.asks(pinned, json!({ "id": talk })).await.value();
    let synced = bob.syncs(&talk, 0, 0, 100).await;
    let (read, list) = (bob.reads(&talk).await, bob.chat_list().await);
    for answer in [pinned, synced, json!(read), json!(list)] {
        assert!(!answer.to_string().contains(CANARY), "{answer:#}");
    }
}

/// A quote shows what the replier saw, also to those who came between the two: that is what quoting means. What was
/// deleted since is not quoted.
#[tokio::test]
async fn a_deleted_message_is_quoted_no_more() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let secret = alice.sends(&talk, CANARY).await;
    let reply = json!({ "id": fresh(), "conversationId": talk, "text": "re", "replyToSeq": secret["seq"] });
    bob.does("sendMessage", reply, MESSAGE).await.value();
    let gone = json!({ "conversationId": talk, "messageId": secret["id"], "scope": "EVERYONE" });
    alice.does("deleteMessage", gone, MESSAGE).await.value();
    for person in [&alice, &bob] {
        let read = json!(person.reads(&talk).await);
        assert!(!read.to_string().contains(CANARY), "{read:#}");
        let synced = person.syncs(&talk, 0, 0, 100).await;
        assert!(!synced.to_string().contains(CANARY), "{synced:#}");
    }
}

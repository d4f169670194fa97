//! Forwarding.

use serde_json::{Value, json};
use tests::World;
use tests::chat::fresh;

const RESULT: &str =
    "{ id conversationId errorType errorMessage message { id seq text forwardCount replyToSeq } }";

fn plan(from: &str, messages: &[&Value], targets: &[&str]) -> Value {
    let ids: Vec<_> = messages.iter().map(|message| &message["id"]).collect();
    let target = |talk: &&str| json!({ "conversationId": talk, "ids": ids.iter().map(|_| fresh()).collect::<Vec<_>>() });
    json!({ "fromConversationId": from, "messageIds": ids, "targets": targets.iter().map(target).collect::<Vec<_>>() })
}

#[tokio::test]
async fn what_went_far_goes_to_one_conversation_at_a_time() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let (notes, talk) = (alice.meets(&alice).await, alice.meets(&bob).await);
    let mut message = alice.sends(&notes, "chain letter").await;
    for hop in 1..=4 {
        let results =
            alice.does("forwardMessages", plan(&notes, &[&message], &[&notes]), RESULT).await.value();
        message = results[0]["message"].clone();
        assert_eq!(message["forwardCount"], hop);
    }
    let both = plan(&notes, &[&message], &[&notes, &talk]);
    alice.does("forwardMessages", both, RESULT).await.refused("Forbidden");
    let one = alice.does("forwardMessages", plan(&notes, &[&message], &[&talk]), RESULT).await.value();
    assert_eq!(one[0]["message"]["forwardCount"], 5);
}

#[tokio::test]
async fn each_new_message_has_a_result_and_the_wish_said_again_is_the_same_wish() {
    let world = World::shared().await;
    let [alice, bob, eve] = world.people(["alice", "bob", "eve"]).await;
    let (talk, notes) = (alice.meets(&bob).await, alice.meets(&alice).await);
    let (first, second) = (alice.sends(&talk, "first").await, bob.sends(&talk, "second").await);
    let foreign = bob.meets(&eve).await;
    let wish = plan(&talk, &[&first, &second], &[&notes, &foreign]);
    let results = alice.does("forwardMessages", wish.clone(), RESULT).await.value();
    let texts: Vec<_> =
        results.as_array().unwrap().iter().map(|result| result["message"]["text"].clone()).collect();
    assert_eq!(texts, [json!("first"), json!("second"), Value::Null, Value::Null]);
    assert_eq!(results[2]["errorType"], "NotFound");

    let gone = json!({ "conversationId": talk, "messageId": first["id"], "scope": "EVERYONE" });
    alice.does("deleteMessage", gone, "{ seq }").await.value();
    assert_eq!(alice.does("forwardMessages", wish, RESULT).await.value(), results);
    assert_eq!(alice.texts(&notes).await, ["first", "second"]);
    let late = alice.does("forwardMessages", plan(&talk, &[&first], &[&notes]), RESULT).await.value();
    assert_eq!(late[0]["errorType"], "Forbidden", "nothing is left to forward");
}

#[tokio::test]
async fn a_plan_has_its_bounds() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let notes = alice.meets(&alice).await;
    let message = alice.sends(&notes, "hello").await;
    let mut short = plan(&notes, &[&message], &[&notes]);
    short["targets"][0]["ids"] = json!([]);
    let mut none = plan(&notes, &[&message], &[&notes]);
    none["targets"] = json!([]);
    let twice = plan(&notes, &[&message, &message], &[&notes]);
    let everywhere = plan(&notes, &[&message], &[notes.as_str(); 6]);
    for bad in [short, none, twice, everywhere] {
        alice.does("forwardMessages", bad, RESULT).await.refused("BadRequest");
    }
}

#[tokio::test]
async fn after_a_failure_what_follows_in_the_same_conversation_waits() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let (notes, group) = (alice.meets(&alice).await, alice.gathers("group", &[]).await);
    let message = |talk: &str, text: &str| json!({ "id": fresh(), "conversationId": talk, "text": text });
    let outbox = [message(&notes, "1"), message(&notes, ""), message(&notes, "3"), message(&group, "4")];
    let results = alice.does("sendMessages", json!({ "messages": outbox }), RESULT).await.value();
    let types: Vec<_> =
        results.as_array().unwrap().iter().map(|result| result["errorType"].clone()).collect();
    assert_eq!(types, [Value::Null, json!("BadRequest"), json!("Unavailable"), Value::Null]);
    assert_eq!(alice.texts(&notes).await, ["1"]);
    alice.does("sendMessages", json!({ "messages": [] }), RESULT).await.refused("BadRequest");
    let many: Vec<_> = (0..26).map(|_| message(&notes, "x")).collect();
    alice.does("sendMessages", json!({ "messages": many }), RESULT).await.refused("BadRequest");
}

//! What is pushed, to whom, and to whom not.

use serde_json::{Value, json};
use tests::World;
use tests::chat::MESSAGE;

fn is(kind: &'static str) -> impl Fn(&Value) -> bool {
    move |event| event["type"] == kind
}

#[tokio::test]
async fn every_device_of_both_hears_a_message_once() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let mut ears = [alice.listens().await, bob.listens().await, bob.listens().await];
    let sent = alice.sends(&talk, "hello").await;
    for ear in &mut ears {
        let event = ear.hears_text("hello").await;
        assert_eq!(event["message"]["id"], sent["id"]);
        assert_eq!(event["message"]["sender"]["displayName"], "alice");
        assert_eq!(event["seq"], 1);
    }
    world.settles().await;
    for ear in &mut ears {
        ear.catches_up().await;
        assert_eq!(ear.events.iter().filter(|event| event["type"] == "MESSAGE_SENT").count(), 1);
    }
}

#[tokio::test]
async fn strangers_hear_nothing() {
    let world = World::shared().await;
    let [alice, bob, mallory] = world.people(["alice", "bob", "mallory"]).await;
    let talk = alice.meets(&bob).await;
    let mut ear = mallory.listens().await;
    alice.sends(&talk, "between us").await;
    world.settles().await;
    ear.catches_up().await;
    assert_eq!(ear.events, Vec::<Value>::new());
}

#[tokio::test]
async fn changes_are_pushed_as_they_are_synced() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let mut ear = bob.listens().await;
    let message = alice.sends(&talk, "one").await;
    let input = json!({ "conversationId": talk, "messageId": message["id"], "text": "two" });
    alice.does("editMessage", input, MESSAGE).await.value();
    let pushed = ear.hears("the edit", is("MESSAGE_CHANGED")).await;
    assert_eq!((pushed["rev"].clone(), pushed["message"]["text"].clone()), (json!(1), json!("two")));
    let synced = bob.syncs(&talk, 0, 0, 100).await;
    let same = synced["events"].as_array().unwrap().iter().find(|event| event["id"] == pushed["id"]);
    assert_eq!(same, Some(&pushed), "the same entity in both");
}

#[tokio::test]
async fn reading_is_told_unless_one_hides_it() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    alice.sends(&talk, "read me").await;
    let mut ear = alice.listens().await;
    bob.has_read(&talk, 1).await.value();
    let event = ear.hears("the receipt", is("RECEIPT")).await;
    assert_eq!(event["receipt"], json!({ "userId": bob.id, "readSeq": 1, "deliveredSeq": 1 }));

    bob.does("updatePreferences", json!({ "privacy": { "readReceipts": false } }), "{ version }")
        .await
        .value();
    alice.sends(&talk, "and this?").await;
    bob.has_read(&talk, 2).await.value();
    world.settles().await;
    ear.catches_up().await;
    let told = ear.events.iter().filter(|event| event["receipt"]["readSeq"] == 2).count();
    assert_eq!(told, 0, "{:#?}", ear.events);
}

#[tokio::test]
async fn coming_and_going_are_heard() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.gathers("team", &[]).await;
    let mut ear = bob.listens().await;
    let add = json!({ "conversationId": talk, "userIds": [bob.id] });
    alice.does("addMembers", add, "{ status }").await.value();
    let joined = ear.hears("joining", is("CONVERSATION_JOINED")).await;
    assert_eq!(joined["conversation"]["title"], "team");
    alice.sends(&talk, "welcome").await;
    ear.hears_text("welcome").await;
    alice.does("removeMember", json!({ "conversationId": talk, "userId": bob.id }), "{ id }").await.value();
    ear.hears("leaving", is("CONVERSATION_LEFT")).await;
    alice.sends(&talk, "now that he is gone").await;
    world.settles().await;
    ear.catches_up().await;
    assert!(!ear.events.iter().any(|event| event["message"]["text"] == "now that he is gone"));
}

#[tokio::test]
async fn my_other_devices_follow_my_state() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let (mut mine, mut theirs) = (alice.listens().await, bob.listens().await);
    alice
        .does("updateMyConversation", json!({ "conversationId": talk, "archived": true }), "{ archived }")
        .await
        .value();
    let event = mine.hears("the state", |event| event["state"]["archived"] == true).await;
    assert_eq!(event["type"], "STATE_CHANGED");
    world.settles().await;
    theirs.catches_up().await;
    assert!(!theirs.events.iter().any(is("STATE_CHANGED")));
}

#[tokio::test]
async fn typing_is_seen_by_members_only_and_until_they_leave() {
    let world = World::shared().await;
    let [alice, bob, mallory] = world.people(["alice", "bob", "mallory"]).await;
    let talk = alice.gathers("team", &[&bob]).await;
    let document =
        "subscription($id: ID!) { onTyping(conversationId: $id) { conversationId userId activity } }";
    let mut ear = bob.listens().await;
    ear.subscribe("typing", document, json!({ "id": talk })).await.expect("a member may");
    let mut stranger = mallory.listens().await;
    stranger.subscribe("typing", document, json!({ "id": talk })).await.expect_err("a stranger may not");

    let typing = json!({ "conversationId": talk, "activity": "TYPING" });
    let wanted = "{ conversationId userId activity at }";
    alice.does("setTyping", typing.clone(), wanted).await.value();
    let event = ear.hears("typing", |data| data["onTyping"]["activity"] == "TYPING").await;
    assert_eq!(event["onTyping"]["userId"], alice.id.as_str());
    mallory.does("setTyping", typing.clone(), wanted).await.refused("NotFound");

    alice.does("removeMember", json!({ "conversationId": talk, "userId": bob.id }), "{ id }").await.value();
    world.settles().await;
    ear.catches_up().await;
    let before = ear.events.len();
    alice.does("setTyping", typing, wanted).await.value();
    world.settles().await;
    ear.catches_up().await;
    assert_eq!(ear.events.len(), before, "the removed see no more typing");
}

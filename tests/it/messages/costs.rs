//! What the fields cost in round trips and units.

use serde_json::{Value, json};
use tests::World;

/// The last operation with this name: round trips one after the other, read units, write units.
async fn cost(world: &World, name: &str) -> (u64, f64, f64) {
    let journal = world.journal().await;
    let operation = journal.iter().rev().find(|operation| operation["name"] == name).expect("an operation");
    let number = |field: &str| operation[field].as_f64().unwrap_or_default();
    (operation["roundTrips"].as_u64().unwrap_or_default(), number("readUnits"), number("writeUnits"))
}

#[tokio::test]
async fn the_common_things_are_cheap() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let input = |id: &str| json!({ "id": id, "conversationId": talk, "text": "hello" });
    for number in 0..3 {
        let id = format!("00000000-0000-4000-8000-00000000000{number}");
        alice.does("sendMessage", input(&id), "{ seq }").await.value();
    }
    assert_eq!(cost(&world, "Mutation.sendMessage").await, (2, 6.0, 8.0), "whatever the size of the group");
    bob.has_read(&talk, 2).await.value();
    assert_eq!(cost(&world, "Mutation.markRead").await, (1, 0.0, 1.0));
    let list = "query($c: ID!) { listMessages(conversationId: $c, limit: 50) { items { seq text } } }";
    bob.asks(list, json!({ "c": talk })).await.value();
    assert_eq!(cost(&world, "Query.listMessages").await, (1, 3.0, 0.0));
    let sync = "query($c: ID!) { syncMessages(conversationId: $c, afterSeq: 1, afterRev: 0) { seq } }";
    bob.asks(sync, json!({ "c": talk })).await.value();
    let (trips, _, writes) = cost(&world, "Query.syncMessages").await;
    assert!(trips <= 2 && writes == 0.0, "{trips}");
    let typing = json!({ "conversationId": talk, "activity": "TYPING" });
    bob.does("setTyping", typing, "{ at }").await.value();
    assert_eq!(cost(&world, "Mutation.setTyping").await, (1, 2.0, 0.0));
}

#[tokio::test]
async fn a_page_of_messages_is_one_look_up_for_its_senders_and_one_for_its_quotes() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    alice.sends(&talk, "first").await;
    for number in 0..8 {
        let id = format!("00000000-0000-4000-8000-00000000000{number}");
        let reply = json!({ "id": id, "conversationId": talk, "text": "reply", "replyToSeq": 1 });
        bob.does("sendMessage", reply, "{ seq }").await.value();
    }
    let list =
        "query($c: ID!) { listMessages(conversationId: $c) { items { sender { id } replyTo { text } } } }";
    let page = alice.asks(list, json!({ "c": talk })).await.value();
    assert_eq!(page["items"][8]["replyTo"]["text"], "first");
    let journal = world.journal().await;
    let operation: &Value = journal
        .iter()
        .rev()
        .find(|operation| operation["name"] == "Query.listMessages")
        .expect("an operation");
    let invocations = operation["invocations"].as_array().unwrap();
    assert_eq!(invocations.len(), 3, "{invocations:?}");
}

//! Who types.

use serde_json::{Value, json};
use tests::ear::Ear;
use tests::{Person, World};

const LISTEN: &str =
    "subscription($c: ID!) { onTyping(conversationId: $c) { conversationId userId activity at } }";
const TYPED: &str = "{ conversationId userId activity at }";

async fn listens_to(person: &Person, talk: &str) -> Result<Ear, Value> {
    let mut ear = Ear::connect(person.world(), &person.token).await?;
    ear.subscribe("typing", LISTEN, json!({ "c": talk })).await?;
    Ok(ear)
}

async fn types(person: &Person, talk: &str, activity: &str) {
    let input = json!({ "conversationId": talk, "activity": activity });
    person.does("setTyping", input, TYPED).await.value();
}

#[tokio::test]
async fn members_hear_who_types_in_their_conversation_only() {
    let world = World::shared().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let (talk, other) = (alice.meets(&bob).await, alice.meets(&carol).await);
    let mut ear = listens_to(&bob, &talk).await.unwrap();
    types(&alice, &other, "TYPING").await;
    types(&alice, &talk, "RECORDING").await;
    let heard = ear.hears("alice", |event| event["onTyping"]["userId"] == alice.id.as_str()).await;
    assert_eq!(heard["onTyping"]["activity"], "RECORDING");
    assert_eq!(heard["onTyping"]["conversationId"], talk.as_str());
    ear.catches_up().await;
    assert_eq!(ear.events.len(), 1, "nothing of the other conversation");
}

#[tokio::test]
async fn a_stranger_cannot_listen() {
    let world = World::shared().await;
    let [alice, bob, eve] = world.people(["alice", "bob", "eve"]).await;
    let talk = alice.meets(&bob).await;
    for conversation in [talk.as_str(), &format!("g-{}", "0".repeat(32))] {
        let Err(refused) = listens_to(&eve, conversation).await else { panic!("eve listens") };
        assert!(refused.to_string().contains("NotFound"), "{refused}");
    }
}

#[tokio::test]
async fn listening_ends_with_the_membership() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.gathers("group", &[&bob]).await;
    let mut ear = listens_to(&bob, &talk).await.unwrap();
    let remove = json!({ "conversationId": talk, "userId": bob.id });
    alice.does("removeMember", remove, "{ id }").await.value();
    world.settles().await;
    types(&alice, &talk, "TYPING").await;
    world.settles().await;
    ear.catches_up().await;
    assert!(ear.events.is_empty(), "{:?}", ear.events);
}

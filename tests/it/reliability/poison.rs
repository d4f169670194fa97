//! A record in the table's stream that no function can read.

use local_core::principal::Principal;
use serde_json::{Value, json};
use tests::World;

const CANARY: &str = "canary-in-the-poison";

/// What claims to be a message and is none, put there as only a developer can.
async fn poisons(world: &World, talk: &str) {
    let table = world.cloud().deployment().tables[0].create["TableName"].clone();
    let item = json!({
        "pk": { "S": format!("C#{talk}") },
        "sk": { "S": "M#9999999999" },
        "_entity": { "S": "message" },
        "text": { "S": CANARY },
    });
    let put = json!({ "TableName": table, "Item": item });
    let answer =
        world.cloud().dynamodb().call(&Principal::Developer, "PutItem", put.to_string().as_bytes()).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn it_is_set_aside_and_all_others_are_told_once_and_in_order() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let mut ear = bob.listens().await;
    world.settles().await;
    // The publisher waits, so that all of it comes in one batch.
    world.suffers(json!({ "streamLate": 1.0, "delayMs": 1_500, "functions": ["publish-changes"] })).await;
    let mut texts = Vec::new();
    for number in 0..50 {
        if number == 25 {
            poisons(&world, &talk).await;
        }
        texts.push(format!("message {number}"));
        alice.sends(&talk, &texts[number]).await;
    }
    world.recovers().await;
    world.settles().await;

    ear.catches_up().await;
    let told = ear.events.iter().filter(|event| event["type"] == "MESSAGE_SENT");
    let told: Vec<_> = told.map(|event| event["message"]["text"].as_str().unwrap_or_default()).collect();
    assert_eq!(told, texts, "the others, once each and in order");

    let letters = world.look("dead-letters").await;
    let of_publisher = |letter: &&Value| {
        let function = letter["body"]["requestContext"]["functionArn"].as_str();
        function.is_some_and(|function| function.ends_with("publish-changes"))
    };
    let publishers: Vec<_> = letters.as_array().unwrap().iter().filter(of_publisher).collect();
    assert_eq!(publishers.len(), 1, "{letters:#}");
    let letter = &publishers[0]["body"];
    assert_eq!(letter["DDBStreamBatchInfo"]["batchSize"], 1, "the poison alone");
    assert!(
        letter["requestContext"]["approximateInvokeCount"].as_u64().is_some_and(|tries| tries <= 5),
        "{letter:#}"
    );
    assert!(!letters.to_string().contains(CANARY), "no text of anybody in the queue");
}

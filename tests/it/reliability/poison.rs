//! A record in the table's stream that no function can read, or of which one panics or never comes to an end.

use std::collections::BTreeSet;

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

    assert_set_aside(&world).await;
}

/// The poison, and nothing else, is in the publisher's queue, after few tries and without anybody's words.
async fn assert_set_aside(world: &World) {
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

/// Whatever the publisher asks of one conversation ends it in this way; the messages of another come before and after.
async fn survives(when: &str, others: usize) {
    let world = World::new().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let (talk, poisoned) = (alice.meets(&bob).await, alice.meets(&carol).await);
    let mut ear = bob.listens().await;
    world.settles().await;
    let poison = json!({ "function": "publish-changes", "containing": poisoned, "when": when });
    // What hangs is waited for each time that it is tried.
    let limit = (when == "hang").then_some(1_300);
    world
        .suffers(json!({
            "streamLate": 1.0, "delayMs": 1_500, "timeLimitMs": limit, "functions": ["publish-changes"], "at": [poison],
        }))
        .await;
    let mut texts = Vec::new();
    for number in 0..others {
        if number == others / 2 {
            alice.sends(&poisoned, CANARY).await;
        }
        texts.push(format!("message {number}"));
        alice.sends(&talk, &texts[number]).await;
    }
    world.settles().await;
    assert!(world.recovers().await["at"].as_u64() > Some(0), "the publisher met the poison");

    ear.catches_up().await;
    // A batch that ended in the middle is told again: an app knows by its id what it had before.
    let mut known = BTreeSet::new();
    let told = ear.events.iter().filter(|event| event["type"] == "MESSAGE_SENT");
    let told = told.filter(|event| known.insert(event["id"].as_str().expect("an id").to_owned()));
    let told: Vec<_> = told.map(|event| event["message"]["text"].as_str().unwrap_or_default()).collect();
    assert_eq!(told, texts, "the others, in order");
    assert_set_aside(&world).await;
}

#[tokio::test]
async fn a_panic_over_one_record_holds_up_no_other() {
    survives("panic", 99).await;
}

#[tokio::test]
async fn a_record_that_takes_for_ever_holds_up_no_other() {
    survives("hang", 8).await;
}

//! Many at once.

use std::collections::BTreeSet;

use futures::future::join_all;
use serde_json::json;
use tests::World;
use tests::chat::MESSAGE;

#[tokio::test]
async fn ten_people_send_at_once_and_no_number_is_lost() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let others = join_all((0..9).map(|_| world.person("bob"))).await;
    let talk = alice.gathers("crowd", &others.iter().collect::<Vec<_>>()).await;
    let start = alice.reads(&talk).await.len() as u64;
    let everybody: Vec<_> = others.iter().chain([&alice]).collect();
    let mut seqs = BTreeSet::new();
    for round in 0..3 {
        let text = format!("round {round}");
        let sent = join_all(everybody.iter().map(|person| person.sends(&talk, &text))).await;
        seqs.extend(sent.iter().map(|message| message["seq"].as_u64().unwrap()));
    }
    assert_eq!(seqs, (start + 1..=start + 30).collect());
}

#[tokio::test]
async fn reactions_of_many_at_once_are_all_counted() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let others = join_all((0..8).map(|_| world.person("bob"))).await;
    let talk = alice.gathers("crowd", &others.iter().collect::<Vec<_>>()).await;
    let message = alice.sends(&talk, "look").await;
    let input = json!({ "conversationId": talk, "messageId": message["id"], "emoji": "🎉" });
    join_all(others.iter().map(|person| person.does("setReaction", input.clone(), MESSAGE)))
        .await
        .into_iter()
        .for_each(|reply| drop(reply.value()));
    let seen = alice.reads(&talk).await.pop().unwrap();
    assert_eq!(seen["reactions"][0]["count"], 8);
    let revs = alice.looks_at(&talk).await.value()["rev"].clone();
    assert_eq!(revs, 8, "a number for each change and no more");
}

#[tokio::test]
async fn pins_at_once_are_never_more_than_three() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let talk = alice.meets(&alice).await;
    let mut messages = Vec::new();
    for number in 1..=6 {
        messages.push(alice.sends(&talk, &number.to_string()).await);
    }
    let pin = |message: &serde_json::Value| {
        alice.does("pinMessage", json!({ "conversationId": talk, "messageId": message["id"] }), "{ seq }")
    };
    let replies = join_all(messages.iter().map(pin)).await;
    let refused = replies.iter().filter(|reply| reply.error_type() == Some("LimitExceeded")).count();
    assert_eq!(refused, 3, "{replies:#?}");
}

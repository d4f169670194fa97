//! Many sends of one id, at once and again.

use futures::future::join_all;
use serde_json::{Value, json};
use tests::chat::fresh;
use tests::{Person, World};

use super::scale;

const DAY: u64 = 86_400;

/// Sends under an id, again while the answer says so, as a client does.
async fn sends_for_sure(person: &Person, id: &str, talk: &str, text: &str) -> Value {
    for _ in 0..20 {
        let reply = person.sends_as(id, talk, text).await;
        if !reply.is_passing() {
            return reply.value();
        }
    }
    panic!("twenty tries in vain");
}

#[tokio::test]
async fn parallel_sends_of_one_id_are_one_message_and_are_told_once() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let mut ears = [bob.listens().await, bob.listens().await];
    let rounds = scale(3, 100);
    let texts: Vec<_> = (0..rounds).map(|round| format!("round {round}")).collect();
    for text in &texts {
        let id = fresh();
        let answers = join_all((0..64).map(|_| sends_for_sure(&alice, &id, &talk, text))).await;
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    }
    let page = bob.syncs(&talk, 0, 0, 100).await;
    assert_eq!(page["seq"], rounds.min(100));
    world.settles().await;
    for ear in &mut ears {
        ear.catches_up().await;
        let told = ear.events.iter().filter(|event| event["type"] == "MESSAGE_SENT");
        assert_eq!(
            told.map(|event| &event["message"]["text"]).collect::<Vec<_>>(),
            texts.iter().collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn an_id_is_remembered_however_long_ago_and_far_back_it_was() {
    let world = World::new().await;
    let [mut alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let id = fresh();
    let first = alice.sends_as(&id, &talk, "once").await.value();
    let newer = scale(100_u64, 1_000);
    for _ in 0..newer / 25 {
        let outbox: Vec<_> =
            (0..25).map(|_| json!({ "id": fresh(), "conversationId": talk, "text": "newer" })).collect();
        let results =
            alice.does("sendMessages", json!({ "messages": outbox }), "{ message { seq } }").await.value();
        assert!(
            results.as_array().unwrap().iter().all(|result| result["message"]["seq"].is_number()),
            "{results}"
        );
    }
    for (seconds, label) in
        [(600, "ten minutes"), (DAY, "a day"), (30 * DAY, "a month"), (365 * DAY, "a year")]
    {
        world.advances(seconds).await;
        alice.signs_in_again().await;
        assert_eq!(alice.sends_as(&id, &talk, "once").await.value(), first, "{label} later");
    }
    assert_eq!(alice.looks_at(&talk).await.value()["seq"], newer + 1);
}

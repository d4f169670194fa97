//! Many sends of one id, at once and again.

use futures::future::join_all;
use tests::World;
use tests::chat::fresh;

#[tokio::test]
async fn parallel_sends_of_one_id_are_one_message() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    for round in 0..4 {
        let id = fresh();
        let text = format!("round {round}");
        let replies = join_all((0..16).map(|_| alice.sends_as(&id, &talk, &text))).await;
        let mut answers = Vec::new();
        for reply in replies {
            // A client sends again what could not be sent just now.
            let reply = if reply.is_passing() { alice.sends_as(&id, &talk, &text).await } else { reply };
            answers.push(reply.value());
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    }
    assert_eq!(bob.texts(&talk).await, ["round 0", "round 1", "round 2", "round 3"]);
}

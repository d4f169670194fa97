//! A removal beside sends and subscriptions: from its acknowledgement on it holds.

use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::join;
use serde_json::{Value, json};
use tests::chat::fresh;
use tests::{Person, World};

use super::scale;

/// Sends until told that it is over; gives the numbers that were acknowledged, and whether a send failed otherwise than
/// by not being a member any more.
async fn sends_on(person: &Person, talk: &str, over: &AtomicBool) -> Vec<u64> {
    let mut acknowledged = Vec::new();
    loop {
        let is_last = over.load(Ordering::SeqCst);
        let reply = person.sends_as(&fresh(), talk, "still here").await;
        match reply.error_type() {
            None => {
                assert!(!is_last, "a send that began after the removal was acknowledged: {reply:?}");
                acknowledged.push(reply.value()["seq"].as_u64().expect("a number"));
            }
            Some("NotFound" | "Unavailable") => {}
            Some(_) => panic!("{reply:?}"),
        }
        if is_last {
            return acknowledged;
        }
    }
}

async fn removes(by: &Person, talk: &str, whom: &Person, over: &AtomicBool, after: u64) -> u64 {
    // Somewhere among the sends.
    tokio::time::sleep(std::time::Duration::from_millis(after)).await;
    let input = json!({ "conversationId": talk, "userId": whom.id });
    let mut reply = by.does("removeMember", input.clone(), "{ seq }").await;
    while reply.is_passing() {
        reply = by.does("removeMember", input.clone(), "{ seq }").await;
    }
    over.store(true, Ordering::SeqCst);
    reply.value()["seq"].as_u64().expect("a number")
}

/// The number of the removal, found in what came after a number.
async fn removal_after(reader: &Person, talk: &str, mut after: u64) -> u64 {
    loop {
        let page = reader.syncs(talk, after, 0, 100).await;
        let events = page["events"].as_array().cloned().unwrap_or_default();
        let notice = events.iter().find(|event| event["message"]["notice"]["type"] == "MEMBER_REMOVED");
        if let Some(notice) = notice {
            return notice["seq"].as_u64().expect("a number");
        }
        assert_eq!(page["hasMore"], true, "the removal is in the history");
        after = page["seq"].as_u64().expect("a position");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_the_removed_comes_after_the_removal_and_nothing_reaches_them() {
    let world = World::new().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let talk = alice.gathers("team", &[&carol]).await;
    for round in 0..scale(12, 1_000) {
        let add = json!({ "conversationId": talk, "userIds": [bob.id] });
        let added = alice.does("addMembers", add, "{ status }").await.value();
        assert_eq!(added, json!([{ "status": "ADDED" }]));
        let before = bob.looks_at(&talk).await.value()["seq"].as_u64().expect("a number");
        let mut ear = bob.listens().await;
        let over = AtomicBool::new(false);
        let removing = removes(&alice, &talk, &bob, &over, round % 7 * 3);
        let (acknowledged, last) = join(sends_on(&bob, &talk, &over), removing).await;
        for text in ["between us", "he is gone"] {
            carol.sends(&talk, text).await;
        }
        let removal = removal_after(&carol, &talk, before).await;
        assert!(removal <= last);
        assert!(acknowledged.iter().all(|seq| *seq < removal), "{acknowledged:?} and a removal at {removal}");
        assert!(acknowledged.is_sorted());

        world.settles().await;
        ear.catches_up().await;
        let heard = |event: &&Value| {
            event["conversationId"] == talk.as_str() && event["seq"].as_u64() >= Some(removal)
        };
        assert_eq!(ear.events.iter().filter(heard).collect::<Vec<_>>(), Vec::<&Value>::new());
        assert!(
            ear.events.iter().any(|event| event["type"] == "CONVERSATION_LEFT"),
            "they are told that they are out"
        );
        ear.breaks();
    }
}

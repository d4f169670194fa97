//! Read marks from many devices in any order.

use futures::future::join_all;
use tests::{Person, World};

use super::scale;

const MESSAGES: u64 = 20;

/// One device: marks in an order of its own; what it is told never goes backwards.
async fn marks(person: &Person, talk: &str, device: u64) -> u64 {
    let (mut told, mut greatest) = (0, 0);
    for step in 0..3 {
        // 7 and 17 are coprime: over the devices, every order of two numbers occurs.
        let seq = (device * 7 + step * 5) % 17 + 1;
        let state = person.has_read(talk, seq).await.value();
        let read = state["readSeq"].as_u64().expect("a number");
        assert!(read >= told && read >= seq, "{read} after {told}, having read {seq}");
        (told, greatest) = (read, greatest.max(seq));
    }
    greatest
}

#[tokio::test]
async fn marks_in_any_order_end_at_the_greatest() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    for _ in 0..scale(1, 50) {
        let talk = alice.gathers("to be read", &[&bob]).await;
        let notices = bob.looks_at(&talk).await.value()["seq"].as_u64().unwrap();
        for number in notices..MESSAGES {
            alice.sends(&talk, &number.to_string()).await;
        }
        let reached =
            join_all((0..32).map(|device| marks(&bob, &talk, device))).await.into_iter().max().unwrap();
        let view = bob.looks_at(&talk).await.value();
        let state = &view["state"];
        assert_eq!(state["readSeq"].as_u64(), Some(reached));
        assert_eq!(state["unreadCount"].as_u64(), Some(MESSAGES - reached), "{view}");
    }
}

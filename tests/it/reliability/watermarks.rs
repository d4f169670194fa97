//! Read marks from many devices in any order.

use futures::future::join_all;
use tests::World;

#[tokio::test]
async fn marks_in_any_order_end_at_the_greatest() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    for number in 1..=20 {
        alice.sends(&talk, &number.to_string()).await;
    }
    // 32 devices; 7 is coprime to 16, so every order of neighbours occurs.
    let marks = (0..32_u64).map(|device| (device * 7) % 16 + 1);
    let replies = join_all(marks.map(|seq| bob.has_read(&talk, seq))).await;
    for reply in replies {
        reply.value();
    }
    let state = bob.looks_at(&talk).await.value()["state"].clone();
    assert_eq!((state["readSeq"].as_u64(), state["unreadCount"].as_u64()), (Some(16), Some(4)));
}

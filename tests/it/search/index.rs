//! The index: written when a block is full, never needed to be right.

use serde_json::json;
use tests::World;

use super::{block_row, fills, finds, on_row};

#[tokio::test]
async fn a_block_is_written_once_it_is_full() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let talk = alice.meets(&alice).await;
    fills(&alice, &talk, 1..=127, |number| format!("number {number}")).await;
    assert!(block_row(&world, &talk, 0).await.is_none());
    fills(&alice, &talk, 128..=300, |number| format!("number {number}")).await;
    assert!(block_row(&world, &talk, 0).await.is_some());
    assert!(block_row(&world, &talk, 1).await.is_some());
    assert!(block_row(&world, &talk, 2).await.is_none());
    for number in [1, 127, 128, 129, 256, 257, 300] {
        assert_eq!(finds(&alice, &talk, &format!("\"number {number}\"")).await, [format!("number {number}")]);
    }
    let all = finds(&alice, &talk, "number").await;
    let expected: Vec<_> = (1..=300).rev().map(|number| format!("number {number}")).collect();
    assert_eq!(all, expected, "everything once, newest first, over pages");
}

#[tokio::test]
async fn what_the_index_lost_is_found_all_the_same() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let talk = alice.meets(&alice).await;
    fills(&alice, &talk, 1..=260, |number| format!("number {number}")).await;
    on_row(&world, "DeleteItem", &talk, 0).await;
    assert!(block_row(&world, &talk, 0).await.is_none());
    assert_eq!(finds(&alice, &talk, "\"number 77\"").await, ["number 77"]);
    // The next change of one of its messages brings the row back.
    let first = alice.asks(
        "query($c: ID!) { listMessages(conversationId: $c, after: 0, limit: 1) { items { id } } }",
        json!({ "c": talk }),
    );
    let id = first.await.value()["items"][0]["id"].clone();
    let input = json!({ "conversationId": talk, "messageId": id, "text": "number one" });
    alice.does("editMessage", input, "{ id }").await.value();
    world.settles().await;
    assert!(block_row(&world, &talk, 0).await.is_some());
    assert_eq!(finds(&alice, &talk, "\"number one\"").await, ["number one"]);
}

#[tokio::test]
async fn reactions_and_pins_write_no_words() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let talk = alice.meets(&alice).await;
    let first = alice.sends(&talk, "number 1").await;
    fills(&alice, &talk, 2..=128, |number| format!("number {number}")).await;
    on_row(&world, "DeleteItem", &talk, 0).await;
    let of = json!({ "conversationId": talk, "messageId": first["id"] });
    let mut with_emoji = of.clone();
    with_emoji["emoji"] = json!("👍");
    alice.does("setReaction", with_emoji, "{ id }").await.value();
    alice.does("pinMessage", of, "{ id }").await.value();
    world.settles().await;
    assert!(block_row(&world, &talk, 0).await.is_none());
}

/// Texts of the longest kind, which do not pack: the row says so, and the messages are read where they are.
#[tokio::test]
async fn words_that_fit_into_no_row_are_found() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let talk = alice.meets(&alice).await;
    let mut state = 1_u64;
    let mut noise = |length: usize| {
        let mut text = String::new();
        while text.chars().count() < length {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let point = 0x4E00 + u32::try_from((state >> 40) % 0x5000).unwrap();
            text.extend(char::from_u32(point));
        }
        text
    };
    let texts: Vec<String> = (0..130).map(|number| format!("number {number} {}", noise(4_000))).collect();
    fills(&alice, &talk, 1..=130, |number| texts[usize::try_from(number - 1).unwrap()].clone()).await;
    let row = block_row(&world, &talk, 0).await.unwrap();
    assert!(row.get("words").is_none(), "a row without words");
    assert_eq!(finds(&alice, &talk, "\"number 7\"").await.len(), 1);
}

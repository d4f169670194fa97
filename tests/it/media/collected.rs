//! What no message has is collected; what one has stays.

use serde_json::json;
use tests::chat::fresh;
use tests::{File, World};

const HOUR: u64 = 60 * 60;
const DAY: u64 = 24 * HOUR;

async fn objects(world: &World) -> usize {
    world.look("objects").await.as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn what_nobody_sent_is_collected_after_a_week_and_what_somebody_sent_is_not() {
    let world = World::new().await;
    let mut alice = world.person("alice").await;
    let talk = alice.meets(&alice).await;
    let sent = alice.sends_file(&talk, &File::picture(8, 8)).await;
    let unsent = alice.uploads(&File::picture(8, 8)).await;
    assert_eq!(objects(&world).await, 4, "two pictures, each with a small one");
    world.advances(8 * DAY).await;
    world.settles().await;
    assert_eq!(objects(&world).await, 2);
    alice.signs_in_again().await;
    alice.tries_to_send_files(&talk, &[&unsent], None).await.refused("NotFound");
    let id = sent["id"].as_str().expect("an id");
    let link = alice.asks_for_link(&talk, id, id, "ORIGINAL").await.value();
    assert_eq!(alice.follows(link["url"].as_str().expect("a link")).await.0, 200);
}

#[tokio::test]
async fn a_forwarded_picture_outlives_the_first_message_and_not_the_last() {
    let world = World::new().await;
    let [mut alice, mut bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let sent = alice.sends_file(&talk, &File::picture(8, 8)).await;
    let id = sent["id"].as_str().expect("an id").to_owned();
    let (notes, copy) = (bob.meets(&bob).await, fresh());
    let forward = json!({ "fromConversationId": talk, "messageIds": [id],
        "targets": [{ "conversationId": notes, "ids": [copy] }] });
    let forwarded =
        bob.does("forwardMessages", forward, "{ errorType message { attachments { id } } }").await.value();
    assert_eq!(forwarded[0]["message"]["attachments"][0]["id"], json!(id), "the same, not a copy");
    assert_eq!(objects(&world).await, 2);

    let delete = |talk: &str, message: &str| json!({ "conversationId": talk, "messageId": message, "scope": "EVERYONE" });
    alice.does("deleteMessage", delete(&talk, &id), "{ id }").await.value();
    world.settles().await;
    world.advances(2 * HOUR).await;
    world.settles().await;
    alice.signs_in_again().await;
    bob.signs_in_again().await;
    let link = bob.asks_for_link(&notes, &copy, &id, "ORIGINAL").await.value();
    assert_eq!(bob.follows(link["url"].as_str().expect("a link")).await.0, 200);

    bob.does("deleteMessage", delete(&notes, &copy), "{ id }").await.value();
    world.settles().await;
    world.advances(2 * HOUR).await;
    world.settles().await;
    assert_eq!(objects(&world).await, 0);
}

//! Links are for those who may see the message, and for a short time (S9).

use serde_json::json;
use tests::{File, World};

#[tokio::test]
async fn who_left_gets_no_link_and_neither_does_anybody_after_the_deletion() {
    let world = World::new().await;
    let [alice, bob, carol, dan] = world.people(["alice", "bob", "carol", "dan"]).await;
    let talk = alice.gathers("trip", &[&bob, &carol]).await;
    let picture = File::picture(8, 8);
    let sent = alice.sends_file(&talk, &picture).await;
    let id = sent["id"].as_str().expect("an id");
    let link = carol.asks_for_link(&talk, id, id, "ORIGINAL").await.value();
    assert_eq!(carol.follows(link["url"].as_str().expect("a link")).await.0, 200);
    carol.does("leaveConversation", json!({ "conversationId": talk }), "").await.value();
    carol.asks_for_link(&talk, id, id, "ORIGINAL").await.refused("NotFound");
    dan.asks_for_link(&talk, id, id, "ORIGINAL").await.refused("NotFound");
    // A conversation of one's own does not open the object of another.
    let own = dan.sends_file(&dan.meets(&dan).await, &picture).await;
    let own = own["id"].as_str().expect("an id");
    dan.asks_for_link(&dan.meets(&dan).await, own, id, "ORIGINAL").await.refused("NotFound");

    let delete = json!({ "conversationId": talk, "messageId": id, "scope": "EVERYONE" });
    let gone = alice.does("deleteMessage", delete, "{ kind attachments { id } }").await.value();
    assert_eq!(gone["attachments"], json!([]));
    bob.asks_for_link(&talk, id, id, "ORIGINAL").await.refused("NotFound");
    assert!(bob.shared(&talk, "MEDIA").await.is_empty());
}

#[tokio::test]
async fn a_link_ends_and_cannot_be_bent() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let talk = alice.meets(&alice).await;
    let sent = alice.sends_file(&talk, &File::picture(400, 8)).await;
    let id = sent["id"].as_str().expect("an id");
    let link = |variant| alice.asks_for_link(&talk, id, id, variant);
    let (original, thumbnail) = (link("ORIGINAL").await.value(), link("THUMBNAIL").await.value());
    let url = |link: &serde_json::Value| link["url"].as_str().expect("a link").to_owned();
    for bent in [
        url(&original).replace("/original?", "/thumbnail?"),
        url(&original).replace("X-Amz-Expires=300", "X-Amz-Expires=3000"),
        url(&original).replace("image%2Fpng", "text%2Fhtml"),
        url(&original).split('?').next().unwrap_or_default().to_owned(),
    ] {
        assert_eq!(alice.follows(&bent).await.0, 403, "{bent}");
    }
    world.advances(6 * 60).await;
    assert_eq!(alice.follows(&url(&original)).await.0, 403);
    assert_eq!(alice.follows(&url(&thumbnail)).await.0, 200);
    world.advances(60 * 60).await;
    assert_eq!(alice.follows(&url(&thumbnail)).await.0, 403);
}

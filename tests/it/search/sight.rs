//! Who finds what, and what nobody finds any more.

use serde_json::{Value, json};
use tests::{Person, World};

use super::{SEARCH, block_row, fills, finds, finds_anywhere};

const NOTHING: Vec<String> = Vec::new();

async fn deletes(person: &Person, talk: &str, message: &Value, scope: &str) {
    let input = json!({ "conversationId": talk, "messageId": message["id"], "scope": scope });
    person.does("deleteMessage", input, "{ id }").await.value();
}

#[tokio::test]
async fn only_members_find_and_only_from_when_they_came() {
    let world = World::shared().await;
    let [alice, bob, carol, mallory] = world.people(["alice", "bob", "carol", "mallory"]).await;
    let talk = alice.gathers("plans", &[&bob]).await;
    alice.sends(&talk, "the secret password").await;
    let add = json!({ "conversationId": talk, "userIds": [carol.id] });
    alice.does("addMembers", add, "{ status }").await.value();
    alice.sends(&talk, "no secret any more").await;

    assert_eq!(finds(&bob, &talk, "secret").await, ["no secret any more", "the secret password"]);
    assert_eq!(finds(&carol, &talk, "secret").await, ["no secret any more"]);
    assert_eq!(finds_anywhere(&mallory, "secret").await, NOTHING);
    let asked = json!({ "query": "secret", "conversationId": talk });
    mallory.asks(SEARCH, asked.clone()).await.refused("NotFound");

    let remove = json!({ "conversationId": talk, "userId": bob.id });
    alice.does("removeMember", remove, "{ id }").await.value();
    assert_eq!(finds_anywhere(&bob, "secret").await, NOTHING);
    bob.asks(SEARCH, asked).await.refused("NotFound");
}

#[tokio::test]
async fn what_is_deleted_or_cleared_is_not_found() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let first = alice.sends(&talk, "apple one").await;
    let second = alice.sends(&talk, "apple two").await;
    alice.sends(&talk, "apple three").await;
    deletes(&bob, &talk, &first, "ME").await;
    deletes(&alice, &talk, &second, "EVERYONE").await;
    assert_eq!(finds(&alice, &talk, "apple").await, ["apple three", "apple one"]);
    assert_eq!(finds(&bob, &talk, "apple").await, ["apple three"]);
    bob.does("clearConversation", json!({ "conversationId": talk }), "{ clearedSeq }").await.value();
    assert_eq!(finds(&bob, &talk, "apple").await, NOTHING);
    assert_eq!(finds(&alice, &talk, "apple").await, ["apple three", "apple one"]);
}

#[tokio::test]
async fn edits_and_deletions_reach_full_blocks() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let edited = alice.sends(&talk, "we meet on monday").await;
    let deleted = alice.sends(&talk, "the monday secret").await;
    fills(&alice, &talk, 3..=130, |number| format!("filler {number}")).await;
    assert!(block_row(&world, &talk, 0).await.is_some());
    assert_eq!(finds(&bob, &talk, "monday").await, ["the monday secret", "we meet on monday"]);

    let input = json!({ "conversationId": talk, "messageId": edited["id"], "text": "we meet on friday" });
    alice.does("editMessage", input, "{ id }").await.value();
    deletes(&alice, &talk, &deleted, "EVERYONE").await;
    assert_eq!(finds(&bob, &talk, "monday").await, NOTHING, "at once");
    world.settles().await;
    assert_eq!(finds(&bob, &talk, "friday").await, ["we meet on friday"]);
    let kept = block_row(&world, &talk, 0).await.unwrap();
    let words = super::unpacked(&kept);
    assert!(words.contains("friday") && !words.contains("secret"), "what is deleted is not kept: {words}");
}

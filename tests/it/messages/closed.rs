//! A closed conversation, and a group in which only admins speak.

use serde_json::{Value, json};
use tests::World;
use tests::chat::fresh;

#[tokio::test]
async fn in_a_closed_conversation_nothing_is_added_by_anybody() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let (hers, his) = (alice.sends(&talk, "hers").await, bob.sends(&talk, "his").await);
    let of = |message: &Value, more: Value| {
        let mut input = json!({ "conversationId": talk, "messageId": message["id"] });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    alice.does("setReaction", of(&his, json!({ "emoji": "👍" })), "{ seq }").await.value();
    bob.does("blockUser", json!({ "userId": alice.id }), "{ userId }").await.value();
    for (person, own) in [(&alice, &hers), (&bob, &his)] {
        let additions = [
            ("sendMessage", json!({ "id": fresh(), "conversationId": talk, "text": "x" })),
            ("setTyping", json!({ "conversationId": talk, "activity": "TYPING" })),
            ("editMessage", of(own, json!({ "text": "x" }))),
            ("setReaction", of(&hers, json!({ "emoji": "🎉" }))),
            ("pinMessage", of(&hers, json!({}))),
        ];
        for (field, input) in additions {
            let words = person.does(field, input, "{ __typename }").await.refused("Forbidden");
            assert_eq!(words, "this conversation is closed", "{field}");
        }
    }
    alice.does("removeReaction", of(&his, json!({})), "{ seq }").await.value();
    alice.does("deleteMessage", of(&hers, json!({ "scope": "EVERYONE" })), "{ seq }").await.value();
    assert_eq!(bob.texts(&talk).await, ["his"]);

    bob.does("unblockUser", json!({ "userId": alice.id }), "{ userId }").await.value();
    alice.sends(&talk, "again").await;
}

#[tokio::test]
async fn in_an_announcement_group_members_read_and_react() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.gathers("news", &[&bob]).await;
    let policy = json!({ "conversationId": talk, "policy": { "send": "ADMIN", "editInfo": "ADMIN" } });
    alice.does("updateGroup", policy, "{ id }").await.value();
    let news = alice.sends(&talk, "news").await;
    bob.tries_to_send(&talk, "me too").await.refused("Forbidden");
    let typing = json!({ "conversationId": talk, "activity": "TYPING" });
    bob.does("setTyping", typing, "{ at }").await.refused("Forbidden");
    let of = json!({ "conversationId": talk, "messageId": news["id"] });
    bob.does("pinMessage", of.clone(), "{ seq }").await.refused("Forbidden");
    let mut react = of;
    react["emoji"] = json!("👏");
    bob.does("setReaction", react, "{ seq }").await.value();
}

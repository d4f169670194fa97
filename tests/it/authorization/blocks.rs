//! What a block hides beyond the rows of the matrix: the answer is there, the person in it is not.

use serde_json::{Value, json};
use tests::{Person, World};

async fn finds(person: &Person, query: &str) -> Vec<Value> {
    let document = "query($query: String!) { searchUsers(query: $query) { items { id } } }";
    let page = person.asks(document, json!({ "query": query })).await.value();
    page["items"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn the_blocked_find_nobody_where_others_find_somebody() {
    let world = World::shared().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let before = finds(&bob, &alice.email).await;
    assert_eq!(before.len(), 1);
    bob.does("addContact", json!({ "userId": alice.id }), "{ userId }").await.value();
    alice.does("blockUser", json!({ "userId": bob.id }), "{ userId }").await.value();

    assert_eq!(finds(&bob, &alice.email).await, Vec::<Value>::new());
    assert_eq!(finds(&carol, &alice.email).await.len(), 1);
    let contacts = bob.asks("{ listContacts { items { userId user { id } } } }", json!({})).await.value();
    assert_eq!(contacts["items"], json!([{ "userId": alice.id, "user": null }]));
}

/// The blocked and the blocker may be in one group; there a block leaves the name and nothing else.
#[tokio::test]
async fn in_a_group_a_block_leaves_the_name() {
    let world = World::shared().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let talk = carol.gathers("all of us", &[&alice, &bob]).await;
    alice.does("updateProfile", json!({ "about": "canary" }), "{ id }").await.value();
    alice.does("blockUser", json!({ "userId": bob.id }), "{ userId }").await.value();
    alice.sends(&talk, "hello").await;
    let document =
        "query($id: ID!) { listMessages(conversationId: $id) { items { sender { displayName about } } } }";
    let of = async |person: &Person| {
        let page = person.asks(document, json!({ "id": talk })).await.value();
        page["items"].as_array().and_then(|items| items.last()).expect("a message")["sender"].clone()
    };
    assert_eq!(of(&carol).await, json!({ "displayName": "alice", "about": "canary" }));
    assert_eq!(of(&bob).await, json!({ "displayName": "alice", "about": null }));
}

/// Whoever looks at an id learns the same of somebody who blocks them and of nobody at all.
#[tokio::test]
async fn a_block_cannot_be_told_from_nobody() {
    let world = World::shared().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    alice.does("blockUser", json!({ "userId": bob.id }), "{ userId }").await.value();
    let add = |id: &str| json!({ "id": tests::chat::fresh(), "title": "t", "memberIds": [id, carol.id] });
    let wanted = "{ members { status } }";
    let blocked = bob.does("createGroup", add(&alice.id), wanted).await.value();
    let absent = bob.does("createGroup", add(&tests::chat::fresh()), wanted).await.value();
    assert_eq!(blocked, absent);
    assert_eq!(blocked["members"], json!([{ "status": "NOT_ALLOWED" }, { "status": "ADDED" }]));
}

/// Who is blocked starts no conversation, and learns no more than of nobody; the one that was there they still find.
#[tokio::test]
async fn the_blocked_start_nothing() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    alice.does("blockUser", json!({ "userId": bob.id }), "{ userId }").await.value();
    let start = |id: String| bob.does("createDirectConversation", json!({ "userId": id }), "{ id }");
    let blocked = start(alice.id.clone()).await;
    assert_eq!(blocked, start(tests::chat::fresh()).await);
    blocked.refused("NotFound");
    assert_eq!(alice.chat_list().await, Vec::<Value>::new());

    alice.does("unblockUser", json!({ "userId": bob.id }), "{ userId }").await.value();
    let talk = bob.meets(&alice).await;
    alice.does("blockUser", json!({ "userId": bob.id }), "{ userId }").await.value();
    assert_eq!(bob.meets(&alice).await, talk);
    let words = bob.tries_to_send(&talk, "hello?").await.refused("Forbidden");
    assert_eq!(words, alice.tries_to_send(&talk, "hello?").await.refused("Forbidden"), "the same to both");
    assert!(!words.contains("block"), "{words}");
}

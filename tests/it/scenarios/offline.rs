//! Away, and back.

use serde_json::{Value, json};
use tests::World;
use tests::chat::{CONVERSATION, MESSAGE};

const SYNC: &str = "query($cursor: String, $limit: Int) { syncConversations(cursor: $cursor, limit: $limit) {
    items { id seq rev state { readSeq archived } } receipts { userId readSeq deliveredSeq } left cursor hasMore resync } }";

#[tokio::test]
async fn after_any_absence_everything_comes_once_and_in_order() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let mut ids = Vec::new();
    for number in 1..=12 {
        ids.push(alice.sends(&talk, &format!("message {number}")).await["id"].clone());
    }
    for index in [2, 7] {
        let input = json!({ "conversationId": talk, "messageId": ids[index], "emoji": "🎉" });
        bob.does("setReaction", input, MESSAGE).await.value();
    }
    let gone = json!({ "conversationId": talk, "messageId": ids[4], "scope": "EVERYONE" });
    alice.does("deleteMessage", gone, MESSAGE).await.value();

    let (mut seq, mut rev, mut events) = (0, 0, Vec::new());
    loop {
        let page = bob.syncs(&talk, seq, rev, 5).await;
        let items = page["events"].as_array().unwrap();
        assert!(items.len() <= 5);
        events.extend(items.iter().cloned());
        (seq, rev) = (page["seq"].as_u64().unwrap(), page["rev"].as_u64().unwrap());
        if page["hasMore"] == false {
            break;
        }
    }
    let numbers = |field: &str| events.iter().filter_map(|event| event[field].as_u64()).collect::<Vec<_>>();
    assert_eq!(numbers("seq"), (1..=12).collect::<Vec<_>>());
    assert_eq!(numbers("rev"), [1, 2, 3]);
    let end = bob.syncs(&talk, seq, rev, 5).await;
    assert_eq!(end["events"], json!([]));
}

#[tokio::test]
async fn the_chat_list_tells_exactly_what_changed() {
    let world = World::shared().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let (one, two) = (alice.meets(&bob).await, alice.gathers("three", &[&bob, &carol]).await);
    let all = bob.asks(SYNC, json!({})).await.value();
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
    let ids = |page: &Value| {
        let items = page["items"].as_array().cloned().unwrap_or_default();
        items.iter().map(|item| item["id"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let nothing = bob.asks(SYNC, json!({ "cursor": all["cursor"] })).await.value();
    assert_eq!(ids(&nothing), Vec::<String>::new());

    alice.sends(&one, "hello").await;
    let changed = bob.asks(SYNC, json!({ "cursor": nothing["cursor"] })).await.value();
    assert_eq!(ids(&changed), std::slice::from_ref(&one));

    bob.has_read(&one, 1).await.value();
    let hers = alice.asks(SYNC, json!({})).await.value();
    let receipt = json!({ "userId": bob.id, "readSeq": 1, "deliveredSeq": 1 });
    assert!(hers["receipts"].as_array().unwrap().contains(&receipt), "{hers:#}");

    let before = bob.asks(SYNC, json!({ "cursor": changed["cursor"] })).await.value();
    alice
        .does("removeMember", json!({ "conversationId": two, "userId": bob.id }), CONVERSATION)
        .await
        .value();
    let after = bob.asks(SYNC, json!({ "cursor": before["cursor"] })).await.value();
    assert_eq!(after["left"], json!([two]));
    assert_eq!(after["resync"], false);

    let anew = bob.asks(SYNC, json!({ "cursor": "nonsense" })).await.value();
    assert_eq!((anew["resync"].clone(), ids(&anew)), (json!(true), vec![one]));
}

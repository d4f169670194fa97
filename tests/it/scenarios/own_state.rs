//! What is each member's own: pins, mutes, drafts, the chat list, clearing.

use futures::future::join_all;
use serde_json::{Value, json};
use tests::{Person, Reply, World};

const STATE: &str = "{ pinnedAt mutedUntil archived markedUnread draft clearedSeq unreadCount version }";

fn refusals(replies: &[Reply]) -> Vec<&str> {
    replies.iter().filter_map(Reply::error_type).collect()
}

/// A group of one's own.
async fn group(owner: &Person, members: &[&Person]) -> String {
    owner.gathers("a group", members).await
}

#[tokio::test]
async fn three_conversations_are_pinned_whatever_happens_at_once() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talks = join_all((0..6).map(|_| async { group(&alice, &[&bob]).await })).await;
    let pin = |talk: &String| {
        bob.does("updateMyConversation", json!({ "conversationId": talk, "pinned": true }), STATE)
    };
    let replies = join_all(talks.iter().map(pin)).await;
    assert_eq!(refusals(&replies), ["LimitExceeded"; 3]);
    let list = bob.chat_list().await;
    let (pinned, others): (Vec<_>, Vec<_>) = list.iter().partition(|one| !one["state"]["pinnedAt"].is_null());
    assert_eq!((pinned.len(), others.len()), (3, 3));
    assert!(list[..3].iter().all(|one| pinned.contains(&one)), "pinned first");
    let other = others[0]["id"].as_str().unwrap().to_owned();
    pin(&other).await.refused("LimitExceeded");
    bob.does("leaveConversation", json!({ "conversationId": pinned[0]["id"] }), "").await.value();
    pin(&other).await.value();
}

#[tokio::test]
async fn settings_change_once_and_null_unmutes() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let set = |mut input: Value| {
        input["conversationId"] = json!(talk);
        alice.does("updateMyConversation", input, STATE)
    };
    let always = json!({ "mutedUntil": "9999-12-31T23:59:59.999Z", "draft": "dear", "markedUnread": true });
    let muted = set(always.clone()).await.value();
    assert!(muted["mutedUntil"].as_str().unwrap().starts_with("9999-"));
    assert_eq!(set(always).await.value(), muted, "no change, no version");
    let after = set(json!({ "mutedUntil": null, "draft": "" })).await.value();
    assert_eq!((&after["mutedUntil"], &after["draft"]), (&Value::Null, &Value::Null));
    assert_eq!((after["markedUnread"].as_bool(), after["version"].as_u64()), (Some(true), Some(3)));
    assert_eq!(bob.looks_at(&talk).await.value()["state"]["version"], 1, "mine is not theirs");
}

#[tokio::test]
async fn the_chat_list_is_paged_and_filtered() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talks = join_all((0..5).map(|_| async { group(&alice, &[&bob]).await })).await;
    let direct = bob.meets(&alice).await;
    bob.sends(&talks[2], "up it goes").await;
    let list = "query($filter: ConversationFilter, $limit: Int, $token: String) {
      listConversations(filter: $filter, limit: $limit, nextToken: $token) { items { id kind } nextToken } }";
    let ids = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    let whole = ids(&bob.asks(list, json!({ "limit": 100 })).await.value());
    assert_eq!((whole.len(), &whole[0]), (6, &talks[2]));
    let (mut pages, mut token) = (Vec::new(), Value::Null);
    loop {
        let page = bob.asks(list, json!({ "limit": 4, "token": token })).await.value();
        pages.extend(ids(&page));
        if page["nextToken"].is_null() {
            break;
        }
        token = page["nextToken"].clone();
    }
    assert_eq!(pages, whole);
    let foreign = json!({ "filter": { "kind": "GROUP" }, "token": token });
    bob.asks(list, foreign).await.refused("BadRequest");
    alice.asks(list, json!({ "token": token })).await.refused("BadRequest");

    let some = |filter: Value| bob.asks(list, json!({ "filter": filter, "limit": 100 }));
    assert_eq!(ids(&some(json!({ "kind": "DIRECT" })).await.value()), std::slice::from_ref(&direct));
    let unread = ids(&some(json!({ "unread": true })).await.value());
    assert!(!unread.contains(&talks[2]) && !unread.contains(&direct));
    assert_eq!(unread.len(), 4, "being added is news");
    let archive = json!({ "conversationId": direct, "archived": true });
    bob.does("updateMyConversation", archive, STATE).await.value();
    assert_eq!(ids(&some(json!({ "archived": true })).await.value()), [direct]);
}

#[tokio::test]
async fn clearing_is_for_oneself() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    alice.sends(&talk, "one").await;
    let clear = || bob.does("clearConversation", json!({ "conversationId": talk }), STATE);
    let cleared = clear().await.value();
    assert_eq!((cleared["clearedSeq"].as_u64(), cleared["unreadCount"].as_u64()), (Some(1), Some(0)));
    assert_eq!(clear().await.value(), cleared);
    assert_eq!(bob.looks_at(&talk).await.value()["lastMessage"], Value::Null);
    assert!(bob.texts(&talk).await.is_empty());
    assert_eq!(alice.texts(&talk).await, ["one"]);
    alice.sends(&talk, "two").await;
    assert_eq!(bob.texts(&talk).await, ["two"]);
    assert_eq!(bob.looks_at(&talk).await.value()["state"]["unreadCount"], 1);
}

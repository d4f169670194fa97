//! Sync: what somebody missed.

use serde_json::{Value, json};
use tests::World;
use tests::chat::MESSAGE;

fn types(page: &Value) -> Vec<String> {
    let events = page["events"].as_array().cloned().unwrap_or_default();
    events.iter().map(|event| event["type"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn live_and_sync_say_the_same_under_the_same_id() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.gathers("group", &[&bob]).await;
    let mut ear = bob.listens().await;
    let message = alice.sends(&talk, "hello").await;
    let input = json!({ "conversationId": talk, "messageId": message["id"], "emoji": "👍" });
    bob.does("setReaction", input, MESSAGE).await.value();
    let sent = ear.hears_text("hello").await;
    let changed = ear.hears("the reaction", |event| event["type"] == "MESSAGE_CHANGED").await;
    let synced = bob.syncs(&talk, message["seq"].as_u64().unwrap() - 1, 0, 10).await;
    let ids: Vec<_> = synced["events"].as_array().unwrap().iter().map(|event| event["id"].clone()).collect();
    assert_eq!(ids, [sent["id"].clone(), changed["id"].clone()]);
    assert_eq!(synced["events"][1], changed);
}

#[tokio::test]
async fn a_page_ends_where_the_limit_is_and_extras_come_with_the_last() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let mut messages = Vec::new();
    for number in 1..=4 {
        messages.push(alice.sends(&talk, &number.to_string()).await);
    }
    let of = |index: usize| json!({ "conversationId": talk, "messageId": messages[index]["id"] });
    bob.does("starMessage", of(0), "{ seq }").await.value();
    let mut hide = of(1);
    hide["scope"] = json!("ME");
    bob.does("deleteMessage", hide, "{ seq }").await.value();
    let mut edit = of(1);
    edit["text"] = json!("changed");
    alice.does("editMessage", edit, MESSAGE).await.value();

    let first = bob.syncs(&talk, 0, 0, 3).await;
    assert_eq!(
        types(&first),
        ["MESSAGE_SENT", "MESSAGE_SENT"],
        "the hidden one takes its place and is not told"
    );
    assert_eq!(
        (first["hasMore"].clone(), first["seq"].clone(), first["starred"].clone()),
        (json!(true), json!(3), json!([]))
    );
    let last = bob.syncs(&talk, 3, 0, 3).await;
    assert_eq!(types(&last), ["MESSAGE_SENT"], "nor is the change of what is hidden, but its number passes");
    assert_eq!((last["rev"].clone(), last["hasMore"].clone()), (json!(1), json!(false)));
    assert_eq!((last["starred"].clone(), last["hidden"].clone()), (json!([1]), json!([2])));
    assert_eq!(last["receipts"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn who_joins_late_begins_late_and_who_comes_back_begins_anew() {
    let world = World::shared().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let talk = alice.gathers("group", &[&bob]).await;
    let early = alice.sends(&talk, "early").await;
    for emoji in ["👍", "🎉", "😂"] {
        let input = json!({ "conversationId": talk, "messageId": early["id"], "emoji": emoji });
        bob.does("setReaction", input, MESSAGE).await.value();
    }
    let add = |who: &str| json!({ "conversationId": talk, "userIds": [who] });
    alice.does("addMembers", add(&carol.id), "{ status }").await.value();
    let start = carol.syncs(&talk, 0, 0, 10).await;
    assert_eq!(types(&start), ["MESSAGE_SENT"]);
    assert_eq!((start["rev"].clone(), start["resync"].clone()), (json!(3), json!(false)));

    let before = bob.syncs(&talk, 0, 0, 100).await;
    let (seq, rev) = (before["seq"].as_u64().unwrap(), before["rev"].as_u64().unwrap());
    let remove = json!({ "conversationId": talk, "userId": bob.id });
    alice.does("removeMember", remove, "{ id }").await.value();
    alice.sends(&talk, "while bob was out").await;
    let document = "query($c: ID!) { syncMessages(conversationId: $c, afterSeq: 1, afterRev: 0) { seq } }";
    bob.asks(document, json!({ "c": talk })).await.refused("NotFound");
    alice.does("addMembers", add(&bob.id), "{ status }").await.value();
    let back = bob.syncs(&talk, seq, rev, 100).await;
    assert_eq!((back["resync"].clone(), types(&back)), (json!(true), vec!["MESSAGE_SENT".to_owned()]));
}

#[tokio::test]
async fn a_position_from_the_future_begins_anew() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let talk = alice.meets(&alice).await;
    alice.sends(&talk, "hello").await;
    for (seq, rev) in [(7, 0), (1, 7)] {
        let anew = alice.syncs(&talk, seq, rev, 10).await;
        assert_eq!(
            (anew["resync"].clone(), anew["seq"].clone(), anew["rev"].clone()),
            (json!(true), json!(1), json!(0))
        );
        assert_eq!(types(&anew), ["MESSAGE_SENT"]);
    }
}

#[tokio::test]
async fn the_chat_list_syncs_page_by_page_and_tells_of_the_persons_own_devices() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let mut talks = vec![alice.meets(&alice).await];
    for number in 1..=4 {
        talks.push(alice.gathers(&format!("group {number}"), &[]).await);
    }
    let document = "query($cursor: String, $limit: Int) { syncConversations(cursor: $cursor, limit: $limit) {
        items { id description state { draft archived } } cursor hasMore resync left } }";
    let (mut cursor, mut ids) = (Value::Null, Vec::new());
    for _ in 0..3 {
        let variables =
            if cursor.is_null() { json!({ "limit": 2 }) } else { json!({ "limit": 2, "cursor": cursor }) };
        let page = alice.asks(document, variables).await.value();
        ids.extend(
            page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()),
        );
        cursor = page["cursor"].clone();
        assert_eq!(page["hasMore"], ids.len() < 5);
    }
    talks.sort();
    ids.sort();
    assert_eq!(ids, talks);

    let draft = json!({ "conversationId": talks[0], "draft": "to be continued" });
    alice.does("updateMyConversation", draft, "{ version }").await.value();
    let page = alice.asks(document, json!({ "cursor": cursor })).await.value();
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    assert_eq!(page["items"][0]["state"]["draft"], "to be continued");
}

#[tokio::test]
async fn what_was_deleted_for_oneself_stays_so_after_coming_back() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.gathers("group", &[]).await;
    let open = json!({ "conversationId": talk, "policy": { "history": "ALL" } });
    alice.does("updateGroup", open, "{ id }").await.value();
    let message = alice.sends(&talk, "not for bob").await;
    alice.sends(&talk, "for bob").await;
    let add = json!({ "conversationId": talk, "userIds": [bob.id] });
    alice.does("addMembers", add.clone(), "{ status }").await.value();
    let hide = json!({ "conversationId": talk, "messageId": message["id"], "scope": "ME" });
    bob.does("deleteMessage", hide, "{ seq }").await.value();
    assert_eq!(bob.texts(&talk).await, ["for bob"]);
    bob.does("leaveConversation", json!({ "conversationId": talk }), "").await.value();
    alice.does("addMembers", add, "{ status }").await.value();
    assert_eq!(bob.texts(&talk).await, ["for bob"]);
    assert_eq!(bob.syncs(&talk, 0, 0, 100).await["hidden"], json!([message["seq"]]));
}

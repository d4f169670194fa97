//! Reading page by page.

use serde_json::{Value, json};
use tests::{Person, World};

const LIST: &str = "query($c: ID!, $before: Int, $after: Int, $around: Int, $limit: Int) {
    listMessages(conversationId: $c, before: $before, after: $after, around: $around, limit: $limit) {
      items { seq } hasBefore hasAfter } }";

struct Page {
    seqs: Vec<u64>,
    before: bool,
    after: bool,
}

async fn page(person: &Person, talk: &str, position: Value) -> Page {
    let mut variables = position;
    variables["c"] = json!(talk);
    // A variable that is not supplied is no argument; null would be one.
    let page = person.asks(LIST, variables).await.value();
    Page {
        seqs: page["items"].as_array().unwrap().iter().map(|item| item["seq"].as_u64().unwrap()).collect(),
        before: page["hasBefore"] == true,
        after: page["hasAfter"] == true,
    }
}

async fn hides(person: &Person, talk: &str, message: &Value) {
    let input = json!({ "conversationId": talk, "messageId": message["id"], "scope": "ME" });
    person.does("deleteMessage", input, "{ seq }").await.value();
}

#[tokio::test]
async fn pages_in_both_directions_hold_everything_once() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let talk = alice.meets(&alice).await;
    let mut messages = Vec::new();
    for number in 1..=23 {
        messages.push(alice.sends(&talk, &number.to_string()).await);
    }
    // The first, a whole page in the middle, and the last are hidden.
    let hidden = [1, 8, 9, 10, 11, 12, 23];
    for seq in hidden {
        hides(&alice, &talk, &messages[seq - 1]).await;
    }
    let shown: Vec<u64> = (1..=23).filter(|seq| !hidden.contains(&(*seq as usize))).collect();

    let mut down = Vec::new();
    let mut position = json!({ "limit": 4 });
    loop {
        let page = page(&alice, &talk, position).await;
        assert!(page.seqs.len() == 4 || !page.before, "only the last page is short");
        let first = page.seqs[0];
        down.splice(0..0, page.seqs);
        if !page.before {
            break;
        }
        position = json!({ "before": first, "limit": 4 });
    }
    assert_eq!(down, shown);

    let mut up: Vec<u64> = Vec::new();
    loop {
        let page = page(&alice, &talk, json!({ "after": up.last().copied().unwrap_or(0), "limit": 5 })).await;
        up.extend(page.seqs);
        if !page.after {
            break;
        }
    }
    assert_eq!(up, shown);
}

#[tokio::test]
async fn around_a_message_lie_its_neighbours() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let talk = alice.meets(&alice).await;
    for number in 1..=9 {
        alice.sends(&talk, &number.to_string()).await;
    }
    let around = page(&alice, &talk, json!({ "around": 5, "limit": 5 })).await;
    assert_eq!((around.seqs, around.before, around.after), (vec![3, 4, 5, 6, 7], true, true));
    let start = page(&alice, &talk, json!({ "around": 1, "limit": 4 })).await;
    assert_eq!((start.seqs, start.before, start.after), (vec![1, 2], false, true));
    let past = page(&alice, &talk, json!({ "after": 9, "limit": 4 })).await;
    assert_eq!((past.seqs, past.before, past.after), (vec![], true, false));
    alice.asks(LIST, json!({ "c": talk, "before": 3, "after": 1 })).await.refused("BadRequest");
    alice.asks(LIST, json!({ "c": talk, "limit": 101 })).await.refused("BadRequest");
    alice.asks(LIST, json!({ "c": talk, "before": -1 })).await.refused("BadRequest");
}

#[tokio::test]
async fn what_was_cleared_is_gone_for_the_one_who_cleared_it() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let old = alice.sends(&talk, "old").await;
    hides(&bob, &talk, &old).await;
    bob.does("clearConversation", json!({ "conversationId": talk }), "{ clearedSeq }").await.value();
    alice.sends(&talk, "new").await;
    assert_eq!(bob.texts(&talk).await, ["new"]);
    assert_eq!(alice.texts(&talk).await, ["old", "new"]);
    let latest = page(&bob, &talk, json!({})).await;
    assert_eq!((latest.seqs, latest.before), (vec![2], false));
    let synced = bob.syncs(&talk, 0, 0, 10).await;
    assert_eq!(synced["events"].as_array().unwrap().len(), 1);
    assert_eq!(synced["hidden"], json!([]), "what was hidden before is cleared with the rest");
}

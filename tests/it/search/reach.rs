//! Over all conversations, and all kinds of things at once.

use std::collections::BTreeSet;

use serde_json::json;
use tests::World;

use super::{SEARCH, finds_anywhere, hits, page, texts};

#[tokio::test]
async fn all_conversations_are_searched_newest_first() {
    let world = World::shared().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let talks =
        [alice.meets(&bob).await, alice.meets(&carol).await, alice.gathers("three", &[&bob, &carol]).await];
    let mut expected = Vec::new();
    for number in 0..12 {
        let text = format!("banana {number}");
        alice.sends(&talks[number % 3], &text).await;
        alice.sends(&talks[(number + 1) % 3], "something else").await;
        expected.insert(0, text);
    }
    assert_eq!(finds_anywhere(&alice, "banana").await, expected);
    for limit in [1, 5] {
        assert_eq!(texts(&hits(&alice, json!({ "query": "banana", "limit": limit })).await), expected);
    }
    let of_bob = finds_anywhere(&bob, "banana").await;
    assert_eq!(of_bob.len(), 8, "the conversations that he is in: {of_bob:?}");
}

#[tokio::test]
async fn a_token_belongs_to_its_search_and_person() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    for number in 0..3 {
        alice.sends(&talk, &format!("cherry {number}")).await;
    }
    let first = page(&alice, json!({ "query": "cherry", "conversationId": talk, "limit": 1 })).await;
    let token = &first["nextToken"];
    assert!(token.is_string());
    let again = json!({ "query": "cherry", "conversationId": talk, "nextToken": token });
    assert_eq!(
        texts(page(&alice, again.clone()).await["items"].as_array().unwrap()),
        ["cherry 1", "cherry 0"]
    );
    bob.asks(SEARCH, again).await.refused("BadRequest");
    for other in [json!({ "query": "cherry" }), json!({ "query": "cherries", "conversationId": talk })] {
        let mut other = other;
        other["nextToken"] = token.clone();
        alice.asks(SEARCH, other).await.refused("BadRequest");
    }
}

#[tokio::test]
async fn everything_has_people_conversations_and_messages() {
    let world = World::new().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    alice.does("updateProfile", json!({ "displayName": "Alice Đặng" }), "{ id }").await.value();
    carol.does("updateProfile", json!({ "displayName": "Carol Dang" }), "{ id }").await.value();
    let direct = bob.meets(&alice).await;
    let group = bob.gathers("Nhà họ Đặng", &[&alice]).await;
    bob.gathers("work", &[&carol]).await;
    alice.sends(&direct, "Đặng here").await;
    let document = "query($query: String!, $limit: Int) { searchEverything(query: $query, limit: $limit) {
        people { displayName } conversations { id title } messages { message { text } highlights { start end } } } }";
    let found = bob.asks(document, json!({ "query": "dang" })).await.value();
    let names: BTreeSet<_> =
        found["people"].as_array().unwrap().iter().map(|one| one["displayName"].as_str().unwrap()).collect();
    assert_eq!(names, BTreeSet::from(["Alice Đặng", "Carol Dang"]));
    let mut ids: Vec<_> =
        found["conversations"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    let mut expected = [direct.as_str(), group.as_str()];
    expected.sort_unstable();
    assert_eq!(ids, expected);
    assert_eq!(found["messages"][0]["message"]["text"], "Đặng here");
    assert_eq!(found["messages"][0]["highlights"], json!([{ "start": 0, "end": 4 }]));

    let one = bob.asks(document, json!({ "query": "dang", "limit": 1 })).await.value();
    for part in ["people", "conversations", "messages"] {
        assert_eq!(one[part].as_array().unwrap().len(), 1, "{part}");
    }
    let by_mail = bob.asks(document, json!({ "query": carol.email })).await.value();
    assert_eq!(by_mail["people"][0]["displayName"], "Carol Dang");
    let operators = bob.asks(document, json!({ "query": "dang from:me" })).await.value();
    assert_eq!(operators, json!({ "people": [], "conversations": [], "messages": [] }));
}

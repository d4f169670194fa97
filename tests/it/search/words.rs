//! Words in many scripts, and where they stand.

use serde_json::{Value, json};
use tests::World;

use super::{finds, page};

#[tokio::test]
async fn words_are_found_whatever_their_spelling() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let said = [
        "Xin chào các bạn",
        "Đường về nhà, xa quá",
        "Shall we have Coffee?",
        "今日は東京に行きます",
        "我们明天去北京吃饭",
        "ラーメンを食べたい",
        "오늘 학교에서 만나요",
        "great 👍🏽",
    ];
    for text in said {
        alice.sends(&talk, text).await;
    }
    for (query, number) in [
        ("xin chao", 0),
        ("\"cac ban\"", 0),
        ("BẠN CHÀO", 0),
        ("duong", 1),
        ("coff", 2),
        ("cof* we", 2),
        ("東京", 3),
        ("北京吃", 4),
        ("らーめん", 5),
        ("학교", 6),
        ("👍", 7),
    ] {
        assert_eq!(finds(&bob, &talk, query).await, [said[number]], "{query}");
    }
    for query in ["\"xin các\"", "cof we", "京東", "offee", "tea"] {
        assert_eq!(finds(&bob, &talk, query).await, Vec::<String>::new(), "{query}");
    }
}

#[tokio::test]
async fn what_is_found_is_marked_where_clients_count() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let talk = alice.meets(&alice).await;
    let long = format!("{} 🎉 Phở bò {}", "chữ ".repeat(60), "ngon ".repeat(60));
    alice.sends(&talk, &long).await;
    let page = page(&alice, json!({ "query": "pho bo", "conversationId": talk })).await;
    let hit = &page["items"][0];
    assert_eq!(hit["message"]["sender"]["displayName"], "alice", "nested fields are looked up as always");
    let snippet: Vec<u16> = hit["snippet"].as_str().unwrap().encode_utf16().collect();
    let span = |span: &Value| {
        let at = |name: &str| usize::try_from(span[name].as_u64().unwrap()).unwrap();
        String::from_utf16(&snippet[at("start")..at("end")]).unwrap()
    };
    let marked: Vec<String> = hit["highlights"].as_array().unwrap().iter().map(span).collect();
    assert_eq!(marked, ["Phở", "bò"]);
    assert!(hit["snippet"].as_str().unwrap().starts_with('…'));
}

#[tokio::test]
async fn queries_that_make_no_sense_are_refused() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let long = "a".repeat(257);
    let many = "a ".repeat(11);
    for query in ["", "  ", "...", "from:bob", "has:money", "before:yesterday", &long, &many] {
        let reply = alice.asks(super::SEARCH, json!({ "query": query })).await;
        reply.refused("BadRequest");
    }
}

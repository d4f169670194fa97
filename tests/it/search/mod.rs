//! Searching: what is found, by whom, and what no longer.

mod index;
mod operators;
mod reach;
mod sight;
mod words;

use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use local_core::principal::Principal;
use serde_json::{Value, json};
use tests::chat::fresh;
use tests::{Person, World};

const SEARCH: &str = "query($query: String!, $conversationId: ID, $limit: Int, $nextToken: String) {
    searchMessages(query: $query, conversationId: $conversationId, limit: $limit, nextToken: $nextToken) {
      items { message { id seq text sender { displayName } } snippet highlights { start end } } nextToken } }";

/// One page, as it is answered.
async fn page(person: &Person, variables: Value) -> Value {
    person.asks(SEARCH, variables).await.value()
}

/// Everything that is found, newest first; all pages.
async fn hits(person: &Person, mut variables: Value) -> Vec<Value> {
    let mut all = Vec::new();
    for _ in 0..100 {
        let page = page(person, variables.clone()).await;
        all.extend(page["items"].as_array().cloned().unwrap_or_default());
        if page["nextToken"].is_null() {
            return all;
        }
        variables["nextToken"] = page["nextToken"].clone();
    }
    panic!("a search that does not end");
}

fn texts(hits: &[Value]) -> Vec<String> {
    hits.iter().map(|hit| hit["message"]["text"].as_str().unwrap_or_default().to_owned()).collect()
}

/// The texts that are found in one conversation.
async fn finds(person: &Person, talk: &str, query: &str) -> Vec<String> {
    texts(&hits(person, json!({ "query": query, "conversationId": talk })).await)
}

/// The texts that are found in all conversations.
async fn finds_anywhere(person: &Person, query: &str) -> Vec<String> {
    texts(&hits(person, json!({ "query": query })).await)
}

/// Sends messages by their numbers, 25 at once, and lets everything that comes of it happen.
pub(crate) async fn fills(
    person: &Person,
    talk: &str,
    numbers: RangeInclusive<u64>,
    text: impl Fn(u64) -> String,
) {
    let numbers: Vec<u64> = numbers.collect();
    for some in numbers.chunks(25) {
        let message = |number: &u64| json!({ "id": fresh(), "conversationId": talk, "text": text(*number) });
        let messages: Vec<_> = some.iter().map(message).collect();
        let sent =
            person.does("sendMessages", json!({ "messages": messages }), "{ errorType }").await.value();
        let failed = sent.as_array().into_iter().flatten().any(|one| !one["errorType"].is_null());
        assert!(!failed, "{sent}");
    }
    person.world().settles().await;
}

/// The row of the index for a block of messages, if it is there.
async fn block_row(world: &World, talk: &str, block: u64) -> Option<Value> {
    let row = on_row(world, "GetItem", talk, block).await["Item"].take();
    (!row.is_null()).then_some(row)
}

/// Does something to the row of a block, as an operator might.
async fn on_row(world: &World, action: &str, talk: &str, block: u64) -> Value {
    let cloud = world.cloud();
    let key = json!({ "pk": { "S": format!("WORDS#{talk}#{block:010}") }, "sk": { "S": "WORDS" } });
    let request = json!({ "TableName": cloud.endpoints().table_name, "Key": key }).to_string();
    let answer = cloud.dynamodb().call(&Principal::Developer, action, request.as_bytes()).await;
    assert_eq!(answer.status, 200);
    serde_json::from_slice(&answer.body).expect("JSON")
}

/// The words in a row of the index, as they were packed.
fn unpacked(row: &Value) -> String {
    use std::io::Read as _;
    let packed = STANDARD.decode(row["words"]["B"].as_str().expect("bytes")).expect("base64");
    let mut words = String::new();
    flate2::read::DeflateDecoder::new(packed.as_slice()).read_to_string(&mut words).expect("packed words");
    words
}

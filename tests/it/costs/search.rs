//! Search: few messages, many, and many conversations.

use serde_json::{Value, json};
use tests::Person;

use super::ledger::Ledger;
use super::scene::{MESSAGE, Scene};
use crate::search::fills;

/// Which text the message with a number has: one in five is about coffee.
fn text(number: u64) -> String {
    let rest = if number.is_multiple_of(5) { "and a coffee before" } else { "as last week" };
    format!("Shall we meet at {} in front of the station, {rest}?", number % 24)
}

pub(super) async fn count(ledger: &mut Ledger, scene: &Scene) {
    let Scene { nora, .. } = scene;
    let talk = nora.meets(nora).await;
    fills(nora, &talk, 1..=64, text).await;
    look(ledger, nora, "64 messages, nothing found", json!({ "query": "tea", "conversationId": talk })).await;
    fills(nora, &talk, 65..=1_000, text).await;
    let [coffee, tea] = ["coffee", "tea"].map(|query| json!({ "query": query, "conversationId": talk }));
    look(ledger, nora, "1,000 messages, 25 found", coffee).await;
    look(ledger, nora, "1,000 messages, nothing found", tea).await;
    let dated = json!({ "query": "tea after:2026-01-31", "conversationId": talk });
    look(ledger, nora, "the same after a day", dated).await;
    look(ledger, &scene.alice, "50 conversations, nothing found", json!({ "query": "tea" })).await;
    let document = format!(
        "query($query: String!) {{ searchEverything(query: $query) {{
           people {{ id }} conversations {{ id title }} messages {{ message {MESSAGE} snippet }} }} }}"
    );
    let request = scene.alice.asks(&document, json!({ "query": "member" }));
    ledger.counts("searchEverything", "50 conversations, 5 people found", request).await;
}

async fn look(ledger: &mut Ledger, person: &Person, case: &str, variables: Value) {
    let document = format!(
        "query($query: String!, $conversationId: ID) {{
           searchMessages(query: $query, conversationId: $conversationId) {{
             items {{ message {MESSAGE} snippet highlights {{ start end }} }} nextToken }} }}"
    );
    ledger.counts("searchMessages", case, person.asks(&document, variables)).await;
}

//! What an operation costs the engine itself. Generous bounds for the least of many runs: they catch blow-ups, and a
//! busy machine does not disturb each of them.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::tests::fixture::Fixture;
use crate::tests::socket::Server;

const SDL: &str = r#"
type Query { items: [Item!]! }
type Mutation { publish(recipients: [ID!]!): Item }
type Subscription { onPublish: Item @aws_subscribe(mutations: ["publish"]) }
type Item { id: ID! a: String b: Int c: [String!] recipients: [ID!] sub: Sub }
type Sub { x: Int y: String }
"#;

const FILTER: &str = "import { extensions } from '@aws-appsync/utils';
    export function request(ctx) { return { payload: null }; }
    export function response(ctx) {
        extensions.setSubscriptionFilter({ filterGroup: [
            { filters: [{ fieldName: 'recipients', operator: 'contains', value: ctx.identity.sub }] }] });
        return null;
    }";

#[tokio::test]
async fn a_list_of_fifty_is_cheap() {
    let items: Vec<Value> = (0..50)
        .map(|id| json!({"id": id, "a": "text", "b": 1, "c": ["x", "y"], "sub": {"x": 1, "y": "z"}}))
        .collect();
    let api = Fixture::new(SDL).field("Query.items", move |_| Ok(json!(items))).build();
    let query = "{ items { id a b c sub { x y } } }";
    api.ask(query, Value::Null).await;
    let mut least = Duration::MAX;
    for _ in 0..100 {
        let start = Instant::now();
        api.ask(query, Value::Null).await;
        least = least.min(start.elapsed());
    }
    println!("a list of 50: {least:?}");
    assert!(least < Duration::from_millis(100), "{least:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_subscribers_are_cheap() {
    let api = Fixture::new(SDL)
        .field("Mutation.publish", |event| {
            Ok(json!({"id": "1", "recipients": event["arguments"]["recipients"]}))
        })
        .script("Subscription.onPublish", FILTER)
        .build();
    let server = Server::start(&api).await;
    let mut clients = Vec::new();
    for name in 0..100 {
        let mut client = server.client(json!({"host": "h", "Authorization": format!("u{name}..jwt")})).await;
        client.subscribe("s", "subscription { onPublish { id sub { x } } }", Value::Null).await;
        clients.push(client);
    }
    let everybody: Vec<String> = (0..100).map(|name| format!("u{name}")).collect();
    let mutation = "mutation($r: [ID!]!) { publish(recipients: $r) { id recipients sub { x } } }";
    let mut least = Duration::MAX;
    for _ in 0..20 {
        let start = Instant::now();
        api.ask(mutation, json!({"r": everybody})).await;
        api.api.settle().await;
        least = least.min(start.elapsed());
    }
    println!("a mutation with 100 subscribers: {least:?}");
    assert!(least < Duration::from_millis(500), "{least:?}");
    for client in &mut clients {
        for _ in 0..20 {
            client.event("s").await;
        }
    }
}

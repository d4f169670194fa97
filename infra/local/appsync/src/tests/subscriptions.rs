//! From a mutation to its subscribers.

use serde_json::{Value, json};

use crate::tests::fixture::{Fixture, TestApi};
use crate::tests::socket::Server;
use crate::tests::stubs::function_error;

const SDL: &str = r#"
type Query { a: Int }
type Mutation {
    set(id: ID!, name: String): Item
    setBoth(id: ID!): Both
    fail: Item
    big(size: Int!): Item
    system: Item @aws_iam
}
type Subscription {
    onSet(id: ID, name: String, nothing: String): Item @aws_subscribe(mutations: ["set", "fail", "big", "system"])
    onBoth: Both @aws_subscribe(mutations: ["setBoth"])
}
type Item { id: ID! name: String need: String! sub: Sub list: [Sub!] any: Any }
type Sub { x: Int y: Int }
type Both { id: ID! }
union Any = Sub | Both
"#;

fn api() -> TestApi {
    let item = |event: Value| {
        let name = event["arguments"]["name"].clone();
        Ok(json!({
            "id": event["arguments"]["id"], "name": name, "need": "needed", "sub": {"x": 1, "y": 2},
            "list": [{"x": 1, "y": 2}, {"x": 3, "y": 4}], "any": {"__typename": "Sub", "x": 5}
        }))
    };
    Fixture::new(SDL)
        .field("Mutation.set", item)
        .field("Mutation.setBoth", item)
        .field("Mutation.fail", |_| Err(function_error("No", "no")))
        .field("Mutation.system", |_| Ok(json!({"id": "1", "name": "secret"})))
        .field("Mutation.big", |event| {
            let size = usize::try_from(event["arguments"]["size"].as_u64().unwrap()).unwrap();
            Ok(json!({"id": "1", "name": "x".repeat(size)}))
        })
        .build()
}

#[tokio::test]
async fn subscribers_get_their_own_selection_of_what_the_mutation_selected() {
    let api = api();
    let server = Server::start(&api).await;
    let mut client = server.alice().await;
    let query = "subscription { onSet { key: id name __typename sub { x } list { y } any { __typename ... on Sub { x } } } }";
    client.subscribe("s", query, Value::Null).await;
    api.ask(
        "mutation { set(id: 7) { id sub { x y } list { x y } any { __typename ... on Sub { x } } } }",
        Value::Null,
    )
    .await;
    let expected = json!({"data": {"onSet": {
        "key": "7", "name": null, "__typename": "Item", "sub": {"x": 1}, "list": [{"y": 2}, {"y": 4}],
        "any": {"__typename": "Sub", "x": 5}
    }}});
    assert_eq!(client.event("s").await, expected);
    assert_eq!(api.invoker.events("Mutation.set").len(), 1, "no resolver runs again");
}

#[tokio::test]
async fn a_needed_field_that_the_mutation_left_out_makes_the_event_null() {
    let api = api();
    let server = Server::start(&api).await;
    let mut client = server.alice().await;
    client.subscribe("s", "subscription { onSet { id need } }", Value::Null).await;
    api.ask("mutation { set(id: 7) { id } }", Value::Null).await;
    let expected = json!({"data": {"onSet": null}, "errors": [{
        "path": ["onSet", "need"], "locations": null,
        "message": "Cannot return null for non-nullable type: 'String' within parent 'Item' (/onSet/need)"
    }]});
    assert_eq!(client.event("s").await, expected);
}

#[tokio::test]
async fn aliases_break_delivery_as_they_do_in_the_cloud() {
    let api = api();
    let server = Server::start(&api).await;
    let mut client = server.alice().await;
    client.subscribe("s", "subscription { mine: onSet { id name } }", Value::Null).await;
    api.ask("mutation { aliased: set(id: 1) { id } }", Value::Null).await;
    api.ask("mutation { set(id: 2, name: \"n\") { id other: name } }", Value::Null).await;
    // The aliased mutation gave no event; the aliased member is null; the subscription's alias is not honoured.
    assert_eq!(client.event("s").await, json!({"data": {"onSet": {"id": "2", "name": null}}}));
    client.nothing().await;
}

#[tokio::test]
async fn a_union_needs_the_type_name_of_the_mutation() {
    let api = api();
    let server = Server::start(&api).await;
    let mut client = server.alice().await;
    client.subscribe("s", "subscription { onSet { id any { __typename } } }", Value::Null).await;
    api.ask("mutation { set(id: 7) { id any { ... on Sub { x } } } }", Value::Null).await;
    let event = client.event("s").await;
    assert_eq!(event["data"], json!({"onSet": {"id": "7", "any": null}}));
    assert!(event["errors"][0]["message"].as_str().unwrap().contains("Abstract type 'Any'"));
}

#[tokio::test]
async fn what_fails_or_was_denied_is_not_published() {
    let api = api();
    let server = Server::start(&api).await;
    let mut client = server.alice().await;
    client.subscribe("s", "subscription { onSet { id } }", Value::Null).await;
    api.ask("mutation { fail { id } }", Value::Null).await;
    api.ask("mutation { system { id } }", Value::Null).await;
    api.ask("{ a }", Value::Null).await;
    client.nothing().await;
}

#[tokio::test]
async fn publishers_are_checked_field_by_field() {
    let api = api();
    let server = Server::start(&api).await;
    let mut client = server.alice().await;
    client.subscribe("s", "subscription { onSet { name } }", Value::Null).await;
    // The type of the result lacks @aws_iam, so its fields are closed to the publisher and null for everybody.
    let answer = api.ask_as("publisher", "mutation { system { name } }").await;
    assert_eq!(answer["errors"][0]["message"], "Not Authorized to access name on type Item");
    assert_eq!(client.event("s").await, json!({"data": {"onSet": {"name": null}}}));
}

#[tokio::test]
async fn arguments_filter() {
    let api = api();
    let server = Server::start(&api).await;
    let mut client = server.alice().await;
    client.subscribe("id", "subscription($id: ID) { onSet(id: $id) { id } }", json!({"id": 7})).await;
    client.subscribe("both", "subscription { onSet(id: \"7\", name: \"n\") { id } }", Value::Null).await;
    client.subscribe("null", "subscription { onSet(name: null) { id } }", Value::Null).await;
    // Declared but not supplied counts as null.
    client
        .subscribe("declared", "subscription($name: String) { onSet(name: $name) { id } }", json!({}))
        .await;
    client.subscribe("nothing", "subscription { onSet(nothing: \"x\") { id } }", Value::Null).await;
    let mutation = "mutation($id: ID!, $name: String) { set(id: $id, name: $name) { id name } }";
    api.ask(mutation, json!({"id": "7"})).await;
    for id in ["id", "null", "declared"] {
        client.event(id).await;
    }
    api.ask(mutation, json!({"id": "7", "name": "n"})).await;
    for id in ["id", "both"] {
        client.event(id).await;
    }
    api.ask(mutation, json!({"id": "8", "name": "n"})).await;
    client.nothing().await;
    // The mutation did not select the field, so no value matches.
    api.ask("mutation { set(id: 7, name: \"n\") { name } }", Value::Null).await;
    client.nothing().await;
}

#[tokio::test]
async fn events_longer_than_240_kb_vanish() {
    let api = api();
    let server = Server::start(&api).await;
    let mut client = server.alice().await;
    client.subscribe("s", "subscription { onSet { name } }", Value::Null).await;
    let answer = api.ask("mutation { big(size: 245760) { name } }", Value::Null).await;
    assert_eq!(answer.get("errors"), None);
    client.nothing().await;
    api.ask("mutation { big(size: 245000) { name } }", Value::Null).await;
    assert_eq!(client.event("s").await["data"]["onSet"]["name"].as_str().unwrap().len(), 245_000);
}

#[tokio::test]
async fn everybody_gets_each_event_once_and_in_order() {
    let api = api();
    let server = Server::start(&api).await;
    let mut clients = Vec::new();
    for _ in 0..20 {
        let mut client = server.alice().await;
        client.subscribe("a", "subscription { onSet { id } }", Value::Null).await;
        client.subscribe("b", "subscription { onBoth { id } }", Value::Null).await;
        clients.push(client);
    }
    for id in 0..50 {
        api.ask("mutation($id: ID!) { set(id: $id) { id } setBoth(id: $id) { id } }", json!({"id": id}))
            .await;
    }
    api.api.settle().await;
    for client in &mut clients {
        for id in 0..50 {
            assert_eq!(client.event("a").await["data"]["onSet"]["id"], id.to_string());
            assert_eq!(client.event("b").await["data"]["onBoth"]["id"], id.to_string());
        }
        client.nothing().await;
    }
    let deliveries: u64 = api.journal.entries().iter().map(|entry| entry.deliveries).sum();
    assert_eq!(deliveries, 20 * 2 * 50);
}

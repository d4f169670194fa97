//! The protocol of sockets: connecting, starting, stopping, refusing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::tests::fixture::{ALICE, Fixture, TestApi};
use crate::tests::socket::{Server, with_query};

const SDL: &str = r#"
type Query { a: Int }
type Mutation { set(id: ID!): Item @aws_iam @aws_cognito_user_pools }
type Subscription {
    onSet(id: ID): Item @aws_subscribe(mutations: ["set"])
    onSystem: Item @aws_subscribe(mutations: ["set"]) @aws_iam
}
type Item @aws_iam @aws_cognito_user_pools { id: ID! name: String }
"#;

fn api() -> TestApi {
    Fixture::new(SDL)
        .field("Mutation.set", |event| Ok(json!({"id": event["arguments"]["id"], "name": "n"})))
        .build()
}

fn header(header: &Value) -> String {
    format!("graphql-ws, header-{}", URL_SAFE_NO_PAD.encode(header.to_string()))
}

#[tokio::test]
async fn credentials_come_in_three_places_on_two_paths() {
    let api = api();
    let server = Server::start(&api).await;
    let shown = json!({"host": "localhost:1", "Authorization": ALICE});
    let lower = json!({"host": "localhost:1", "authorization": ALICE});
    let by_protocol = header(&shown).replace(", ", ",");
    let by_lower = header(&lower);
    let cases: [(String, Vec<(&str, &str)>); 4] = [
        ("/graphql".to_owned(), vec![("sec-websocket-protocol", &by_protocol)]),
        ("/graphql/realtime?x-custom=1".to_owned(), vec![("sec-websocket-protocol", &by_lower)]),
        (with_query(&shown), vec![("sec-websocket-protocol", "graphql-ws")]),
        ("/graphql".to_owned(), vec![("sec-websocket-protocol", "graphql-ws"), ("authorization", ALICE)]),
    ];
    for (path, headers) in cases {
        let (mut client, response) = server.open(&path, &headers).await;
        assert_eq!(response.headers()["sec-websocket-protocol"], "graphql-ws", "{path}");
        client.introduce().await;
    }
}

#[tokio::test]
async fn refused_connections_say_why_and_close() {
    let api = api();
    let server = Server::start(&api).await;
    let late = header(&json!({"host": "h", "Authorization": "late..jwt"}));
    let stranger = header(&json!({"host": "h"}));
    let no_host = header(&json!({"Authorization": ALICE}));
    let cases = [
        ("graphql-ws", json!({"message": "Required headers are missing.", "errorCode": 400})),
        (no_host.as_str(), json!({"message": "Required headers are missing.", "errorCode": 400})),
        (
            late.as_str(),
            json!({"errorType": "UnauthorizedException", "message": "Token has expired.", "errorCode": 401}),
        ),
        (
            stranger.as_str(),
            json!({"errorType": "UnauthorizedException", "message": "Valid authorization header not provided.", "errorCode": 401}),
        ),
        (
            "graphql-ws, header-!!!",
            json!({"errorType": "BadRequestException", "message": "The header of the connection cannot be read.", "errorCode": 400}),
        ),
    ];
    for (protocol, problem) in cases {
        let (mut client, _) = server.open("/graphql", &[("sec-websocket-protocol", protocol)]).await;
        client.send(json!({"type": "connection_init"})).await;
        assert_eq!(
            client.next().await,
            json!({"type": "connection_error", "payload": {"errors": [problem]}})
        );
        assert_eq!(client.next().await, Value::Null, "the socket is closed");
    }
    let (mut client, _) = server.open(&with_query(&json!({"host": "h", "Authorization": ALICE})), &[]).await;
    client.send(json!({"type": "connection_init"})).await;
    let problem = json!({"errorType": "NoProtocolError", "errorCode": 400});
    assert_eq!(client.next().await, json!({"type": "connection_error", "payload": {"errors": [problem]}}));
}

#[tokio::test]
async fn signatures_cover_the_connection_and_each_start() {
    let api = api();
    let server = Server::start(&api).await;
    let signed = |path: &str, body: &str| json!({"host": "h", "authorization": format!("AWS4-HMAC-SHA256 f {path} {body}")});
    let mut client = server.client(signed("/graphql/connect", "{}")).await;
    let data = json!({"query": "subscription { onSystem { id } }"}).to_string();
    client.start_with("1", data.clone(), signed("/graphql", &data)).await;
    assert_eq!(client.next().await, json!({"type": "start_ack", "id": "1"}));
    client.start_with("2", data.clone(), signed("/graphql", "{}")).await;
    let message = "You are not authorized to make this call.";
    let error = json!({"errorType": "UnauthorizedException", "message": message});
    assert_eq!(client.next().await, json!({"type": "error", "id": "2", "payload": {"errors": [error]}}));
}

#[tokio::test]
async fn nothing_is_done_before_the_introduction() {
    let api = api();
    let server = Server::start(&api).await;
    let shown = json!({"host": "h", "Authorization": ALICE});
    let (mut client, _) = server.open(&with_query(&shown), &[("sec-websocket-protocol", "graphql-ws")]).await;
    client.authorization = shown;
    client.start("1", "subscription { onSet { id } }", Value::Null).await;
    client.introduce().await;
    client.nothing().await;
    assert_eq!(api.api.subscriptions(), 0);
}

#[tokio::test]
async fn starts_that_are_refused() {
    let api = api();
    let server = Server::start(&api).await;
    let mut client = server.alice().await;
    let undefined =
        "Validation error of type FieldUndefined: Field 'nope' in type 'Subscription' is undefined @ 'nope'";
    let denied = json!({"errorType": "Unauthorized", "message": "Not Authorized to access onSystem on type Subscription"});
    assert_eq!(client.refused("1", "subscription { nope }").await, json!({"message": undefined}));
    assert_eq!(client.refused("2", "subscription { onSystem { id } }").await, denied);
    assert_eq!(client.refused("3", "subscription {").await["errorType"], "MalformedHttpRequestException");
    let several = "subscription { onSet { id } again: onSet { id } }";
    let message = client.refused("4", several).await["message"].clone();
    assert!(message.as_str().unwrap().contains("SubscriptionMultipleRootFields"), "{message}");
    for (authorization, message) in [
        (json!({"host": "h"}), "Valid authorization header not provided."),
        (json!({"host": "h", "Authorization": "late..jwt"}), "Token has expired."),
    ] {
        client
            .start_with("5", json!({"query": "subscription { onSet { id } }"}).to_string(), authorization)
            .await;
        let error = json!({"errorType": "UnauthorizedException", "message": message});
        assert_eq!(client.next().await, json!({"type": "error", "id": "5", "payload": {"errors": [error]}}));
    }
    // A name whose start failed is free again.
    client.subscribe("5", "subscription { onSet { id } }", Value::Null).await;
}

#[tokio::test]
async fn what_is_no_subscription_is_unsupported() {
    let api = api();
    let server = Server::start(&api).await;
    let mut client = server.alice().await;
    let error = json!({"errorType": "UnsupportedOperation", "message": "unknown not supported through the realtime channel"});
    let unsupported = json!({"type": "error", "payload": {"errors": [error]}});
    client.start("1", "query { a }", Value::Null).await;
    assert_eq!(client.next().await, unsupported);
    client.start("2", "mutation { set(id: 1) { id } }", Value::Null).await;
    assert_eq!(client.next().await, unsupported);
    client.send(json!({"type": "start", "id": "3", "payload": {}})).await;
    assert_eq!(client.next().await, unsupported);
    client.send(json!({"type": "start", "id": "4", "payload": {"data": "{}"}})).await;
    assert_eq!(client.next().await, unsupported);
    client.send(json!({"type": "dance"})).await;
    assert_eq!(client.next().await, unsupported);
    assert!(api.invoker.events("Mutation.set").is_empty());
}

#[tokio::test]
async fn a_socket_carries_each_name_once_and_two_hundred_in_all() {
    let api = api();
    let server = Server::start(&api).await;
    let mut client = server.alice().await;
    let query = "subscription { onSet { id } }";
    client.subscribe("0", query, Value::Null).await;
    let duplicate =
        json!({"errorType": "DuplicatedOperationError", "message": "Duplicated operation with id 0"});
    assert_eq!(client.refused("0", query).await, duplicate);
    for id in 1..200 {
        client.subscribe(&id.to_string(), query, Value::Null).await;
    }
    let error = client.refused("200", query).await;
    assert_eq!(error["errorType"], "MaxSubscriptionsReachedError");
    assert_eq!(api.api.subscriptions(), 200);
}

#[tokio::test]
async fn a_stop_is_answered_and_ends_delivery() {
    let api = api();
    let server = Server::start(&api).await;
    let mut client = server.alice().await;
    client.subscribe("s", "subscription { onSet { id } }", Value::Null).await;
    client.send(json!({"type": "stop", "id": "s"})).await;
    assert_eq!(client.next().await, json!({"type": "complete", "id": "s"}));
    api.ask("mutation { set(id: 1) { id } }", Value::Null).await;
    client.nothing().await;
    assert_eq!(api.api.subscriptions(), 0);
}

#[tokio::test]
async fn a_socket_that_goes_takes_its_subscriptions_along() {
    let api = api();
    let server = Server::start(&api).await;
    let mut client = server.alice().await;
    client.subscribe("s", "subscription { onSet { id } }", Value::Null).await;
    assert_eq!(api.api.subscriptions(), 1);
    drop(client);
    // For as long as the runner lets it: a busy machine is no reason to fail.
    while api.api.subscriptions() > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
}

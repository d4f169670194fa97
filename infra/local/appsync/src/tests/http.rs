//! Statuses, headers and bodies of HTTP.

use std::io::Read as _;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::tests::fixture::{ALICE, Fixture, TestApi};

const SDL: &str = "type Query { hello(name: String): String list: [String!] } type Mutation { set: Int }
    type Subscription { onSet: Int @aws_subscribe(mutations: [\"set\"]) }";

fn api() -> TestApi {
    Fixture::new(SDL)
        .field("Query.hello", |event| {
            Ok(json!(format!("hello {}", event["arguments"]["name"].as_str().unwrap_or("you"))))
        })
        .field("Query.list", |_| Ok(json!(vec!["a long line of text"; 200])))
        .build()
}

#[tokio::test]
async fn an_answer_has_appsync_s_headers() {
    let answer = api().raw(&[("authorization", ALICE)], r#"{"query":"{ hello }"}"#).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body, json!({"data": {"hello": "hello you"}}));
    assert_eq!(answer.headers["content-type"], "application/json;charset=UTF-8");
    assert_eq!(answer.headers["x-amzn-appsync-tokensconsumed"], "1");
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    assert!(answer.headers["access-control-expose-headers"].to_str().unwrap().contains("x-amzn-ErrorType"));
    assert_eq!(answer.headers["x-amzn-requestid"].len(), 36);
}

#[tokio::test]
async fn what_is_no_request_is_a_bad_request() {
    let api = api();
    let several = r#"{"query":"query A { hello } query B { hello }"}"#;
    let cases = [
        ("", "Request body is empty.", "MalformedHttpRequestException"),
        ("meow", "Unable to parse GraphQL query.", "MalformedHttpRequestException"),
        ("{}", "Unable to parse GraphQL query.", "MalformedHttpRequestException"),
        ("{}}", "Unable to parse GraphQL query.", "MalformedHttpRequestException"),
        ("[]", "Unable to parse GraphQL query.", "MalformedHttpRequestException"),
        (r#"{"query":"{ hello"}"#, "Unable to parse GraphQL query.", "MalformedHttpRequestException"),
        (r#"{"query":""}"#, "Unable to parse GraphQL query.", "MalformedHttpRequestException"),
        (several, "Missing operation name.", "BadRequestException"),
    ];
    for (body, message, error_type) in cases {
        let answer = api.raw(&[("authorization", ALICE)], body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer.body, json!({"errors": [{"message": message, "errorType": error_type}]}), "{body}");
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
    }
}

#[tokio::test]
async fn an_operation_is_chosen_by_name() {
    let query = "query A { a: hello } query B { b: hello }";
    let body = json!({"query": query, "operationName": "B", "extensions": {"clientLibrary": {}}}).to_string();
    let answer = api().raw(&[("authorization", ALICE)], &body).await;
    assert_eq!(answer.body, json!({"data": {"b": "hello you"}}));
}

#[tokio::test]
async fn a_subscription_does_not_run_over_http() {
    let answer = api().ask("subscription { onSet }", Value::Null).await;
    assert_eq!(answer["data"], Value::Null);
    assert_eq!(answer["errors"][0]["errorType"], "OperationNotSupported");
}

#[tokio::test]
async fn get_carries_operations_too() {
    let request = Request::get(
        "/graphql?query=query(%24n%3AString)%7Bhello(name%3A%24n)%7D&variables=%7B%22n%22%3A%22x%22%7D",
    )
    .header("authorization", ALICE)
    .body(Body::empty())
    .unwrap();
    assert_eq!(api().send(request).await.body, json!({"data": {"hello": "hello x"}}));
}

#[tokio::test]
async fn a_preflight_allows_what_is_asked_for_without_credentials() {
    for path in ["/graphql", "/graphql/realtime"] {
        let request = Request::options(path)
            .header("origin", "http://localhost:5199")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type,x-amz-user-agent")
            .body(Body::empty())
            .unwrap();
        let answer = api().send(request).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
        assert_eq!(
            answer.headers["access-control-allow-headers"],
            "authorization,content-type,x-amz-user-agent"
        );
        assert!(answer.headers["access-control-allow-methods"].to_str().unwrap().contains("POST"));
    }
}

#[tokio::test]
async fn long_answers_are_compressed_for_those_who_ask() {
    let body = r#"{"query":"{ list }"}"#;
    let plain = api().raw(&[("authorization", ALICE)], body).await;
    assert!(!plain.headers.contains_key("content-encoding"));
    let request =
        Request::post("/graphql").header("authorization", ALICE).header("accept-encoding", "gzip, br");
    let response = api().router.oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let mut text = String::new();
    GzDecoder::new(bytes.as_ref()).read_to_string(&mut text).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), plain.body);
}

#[tokio::test]
async fn short_answers_are_not_compressed() {
    let headers = [("authorization", ALICE), ("accept-encoding", "gzip")];
    let answer = api().raw(&headers, r#"{"query":"{ hello }"}"#).await;
    assert!(!answer.headers.contains_key("content-encoding"));
}

#[tokio::test]
async fn the_journal_knows_what_ran() {
    let api = api();
    api.ask("{ hello list __typename }", Value::Null).await;
    let entries = api.journal.entries();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].name, "Query.hello + Query.list + Query.__typename");
    assert_eq!(entries[0].caller, "user");
    assert_eq!(entries[0].outcome.as_deref(), Some("ok"));
    assert_eq!(entries[0].invocations, ["Query.hello", "Query.list"]);
}

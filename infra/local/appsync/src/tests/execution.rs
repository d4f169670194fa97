//! Running operations: order, nulls, types and limits.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::tests::fixture::{ALICE, Fixture, TestApi};
use crate::tests::stubs::function_error;

const SDL: &str = r#"
type Query {
    me: User
    users: [User!]
    strict: User!
    maybe: [User]
    node: Node
    found: [Found!]
    scalars: Scalars
    wrong: [String]
    slowA: String
    slowB: String
}
type Mutation { first: Int second: Int third: Int! }
interface Node { id: ID! }
union Found = User | Group
type User implements Node { id: ID! name: String! friend: User friends: [User!]! nick(style: String = "short"): String }
type Group implements Node { id: ID! title: String }
type Scalars { int: Int float: Float bool: Boolean id: ID text: String json: AWSJSON at: AWSDateTime kind: Kind }
enum Kind { A B }
"#;

fn with(field: &'static str, value: Value) -> TestApi {
    Fixture::new(SDL).field(field, move |_| Ok(value.clone())).build()
}

#[tokio::test]
async fn answers_keep_the_order_of_the_question() {
    let api = with("Query.me", json!({"id": 1, "name": "n", "friend": {"id": 2, "name": "m"}}));
    let body = r#"{"query":"{ me { name __typename friend { name id } id } }"}"#;
    let request = axum::http::Request::post("/graphql").header("authorization", ALICE);
    let request = request.body(axum::body::Body::from(body)).unwrap();
    let response = tower::ServiceExt::oneshot(api.router.clone(), request).await.unwrap();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let expected =
        r#"{"data":{"me":{"name":"n","__typename":"User","friend":{"name":"m","id":"2"},"id":"1"}}}"#;
    assert_eq!(String::from_utf8_lossy(&bytes), expected);
}

#[tokio::test]
async fn aliases_fragments_and_conditions() {
    let api = with("Query.me", json!({"id": 1, "name": "n", "nick": "k"}));
    let query = "query($yes: Boolean!) {
        one: me { key: id ...F ... on Node { id } ... on User @skip(if: $yes) { nick } }
        me { id name @include(if: $yes) nick @skip(if: true) }
    } fragment F on User { name }";
    let answer = api.ask(query, json!({"yes": true})).await;
    assert_eq!(
        answer["data"],
        json!({"one": {"key": "1", "name": "n", "id": "1"}, "me": {"id": "1", "name": "n"}})
    );
}

#[tokio::test]
async fn a_field_without_a_resolver_is_the_parent_s_member_or_null() {
    let api = with("Query.me", json!({"id": 1, "name": "n"}));
    assert_eq!(
        api.ask("{ me { id nick } }", Value::Null).await,
        json!({"data": {"me": {"id": "1", "nick": null}}})
    );
    assert_eq!(api.ask("{ users { id } }", Value::Null).await, json!({"data": {"users": null}}));
}

#[tokio::test]
async fn a_null_goes_up_to_the_nearest_field_that_may_be_null() {
    let api = with("Query.me", json!({"id": 1, "name": "n", "friend": {"id": 2, "name": null}}));
    let answer = api.ask("{ me { id friend { id name } } }", Value::Null).await;
    let expected = json!({"data": {"me": {"id": "1", "friend": null}}, "errors": [{
        "path": ["me", "friend", "name"], "locations": null,
        "message": "Cannot return null for non-nullable type: 'String' within parent 'User' (/me/friend/name)"
    }]});
    assert_eq!(answer, expected);
    let api = with("Query.users", json!([{"id": 1, "name": "n"}, null]));
    let answer = api.ask("{ users { id } }", Value::Null).await;
    assert_eq!(answer["data"], json!({"users": null}));
    assert_eq!(answer["errors"][0]["path"], json!(["users", 1]));
    let api = with("Query.maybe", json!([{"id": 1}, null, {"id": null}]));
    let answer = api.ask("{ maybe { id } }", Value::Null).await;
    assert_eq!(answer["data"], json!({"maybe": [{"id": "1"}, null, null]}));
    assert_eq!(answer["errors"].as_array().unwrap().len(), 1);
    let api = with("Query.strict", Value::Null);
    assert_eq!(api.ask("{ strict { id } }", Value::Null).await["data"], Value::Null);
}

#[tokio::test]
async fn an_error_in_a_list_is_reported_with_its_place() {
    let nick = |event: Value| match event["source"]["id"].as_i64() {
        Some(2) => Err(function_error("NotFound", "gone")),
        Some(id) => Ok(json!(format!("nick {id}"))),
        None => Ok(Value::Null),
    };
    let api = Fixture::new(SDL)
        .field("Query.users", |_| Ok(json!([{"id": 1, "name": "a"}, {"id": 2, "name": "b"}])))
        .field("User.nick", nick)
        .build();
    let answer = api.ask("{ users { nick } }", Value::Null).await;
    assert_eq!(answer["data"], json!({"users": [{"nick": "nick 1"}, {"nick": null}]}));
    assert_eq!(answer["errors"][0]["path"], json!(["users", 1, "nick"]));
    assert_eq!(answer["errors"][0]["errorType"], "NotFound");
    assert_eq!(answer["errors"][0]["locations"], json!([{"line": 1, "column": 11, "sourceName": null}]));
}

#[tokio::test]
async fn values_of_the_wrong_shape() {
    let cases = [
        (
            "Query.users",
            json!({"id": 1}),
            "{ users { id } }",
            "Can't resolve value (/users) : type mismatch error, expected type LIST, got OBJECT",
        ),
        (
            "Query.me",
            json!("x"),
            "{ me { id } }",
            "Can't resolve value (/me) : type mismatch error, expected type OBJECT, got STRING",
        ),
        (
            "Query.wrong",
            json!("x"),
            "{ wrong }",
            "Can't resolve value (/wrong) : type mismatch error, expected type LIST, got STRING",
        ),
    ];
    for (field, value, query, message) in cases {
        let answer = with(field, value).ask(query, Value::Null).await;
        let error = &answer["errors"][0];
        assert_eq!(error["message"], message);
        assert_eq!(error["locations"], Value::Null);
        assert!(answer["data"].as_object().unwrap().values().all(Value::is_null));
    }
}

#[tokio::test]
async fn scalars_are_checked_on_their_way_out() {
    let value = json!({"int": 3_000_000_000_u64, "float": 1, "bool": true, "id": 7, "text": 5, "json": {"a": [1]}, "at": "2019", "kind": "C"});
    let answer = with("Query.scalars", value)
        .ask("{ scalars { int float bool id text json at kind } }", Value::Null)
        .await;
    let expected = json!({"int": null, "float": 1, "bool": true, "id": "7", "text": "5", "json": "{\"a\":[1]}", "at": null, "kind": null});
    assert_eq!(answer["data"]["scalars"], expected);
    let messages: Vec<&str> =
        answer["errors"].as_array().unwrap().iter().filter_map(|e| e["message"].as_str()).collect();
    assert_eq!(
        messages,
        [
            "Can't serialize value (/scalars/int) : Expected type 'Int' but was 'Long'.",
            "Can't serialize value (/scalars/at) : Unable to serialize `2019` as a valid DateTime Object.",
            "Can't serialize value (/scalars/kind) : Invalid input for Enum 'Kind'. No value found for name 'C'.",
        ]
    );
}

#[tokio::test]
async fn abstract_values_say_what_they_are() {
    let found =
        json!([{"__typename": "User", "id": 1, "name": "n"}, {"__typename": "Group", "id": 2, "title": "t"}]);
    let answer = with("Query.found", found)
        .ask(
            "{ found { __typename ... on User { name } ... on Group { title } ... on Node { id } } }",
            Value::Null,
        )
        .await;
    let expected = json!([
        {"__typename": "User", "name": "n", "id": "1"},
        {"__typename": "Group", "title": "t", "id": "2"}
    ]);
    assert_eq!(answer["data"]["found"], expected);
    for value in [json!({"id": 1}), json!({"__typename": "Scalars", "id": 1})] {
        let answer = with("Query.node", value).ask("{ node { id } }", Value::Null).await;
        assert_eq!(answer["data"]["node"], Value::Null);
        assert!(answer["errors"][0]["message"].as_str().unwrap().contains("Abstract type 'Node'"));
    }
}

#[tokio::test(start_paused = true)]
async fn siblings_of_a_query_run_at_the_same_time() {
    let second = Duration::from_secs(1);
    let api = Fixture::new(SDL)
        .slow_function("a", second, |_| Ok(json!("a")))
        .slow_function("b", second, |_| Ok(json!("b")))
        .resolver("Query.slowA", super::fixture::direct("a"))
        .resolver("Query.slowB", super::fixture::direct("b"))
        .build();
    let start = tokio::time::Instant::now();
    let answer = api.ask("{ slowA slowB again: slowA }", Value::Null).await;
    assert_eq!(answer["data"], json!({"slowA": "a", "slowB": "b", "again": "a"}));
    assert!(start.elapsed() < 2 * second);
}

#[tokio::test(start_paused = true)]
async fn mutations_run_one_after_the_other() {
    let second = Duration::from_secs(1);
    let counter = std::sync::Arc::new(std::sync::atomic::AtomicI32::new(0));
    let count = move |_| Ok(json!(counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst)));
    let api = Fixture::new(SDL)
        .slow_function("count", second, count)
        .resolver("Mutation.first", super::fixture::direct("count"))
        .resolver("Mutation.second", super::fixture::direct("count"))
        .build();
    let start = tokio::time::Instant::now();
    let answer = api.ask("mutation { second first again: first }", Value::Null).await;
    assert_eq!(answer["data"], json!({"second": 0, "first": 1, "again": 2}));
    assert!(start.elapsed() >= 3 * second);
}

#[tokio::test(start_paused = true)]
async fn a_request_has_thirty_seconds() {
    let api = Fixture::new(SDL)
        .slow_function("slow", Duration::from_secs(31), |_| Ok(json!("late")))
        .resolver("Query.slowA", super::fixture::direct("slow"))
        .build();
    let answer = api.ask("{ slowA }", Value::Null).await;
    assert_eq!(answer["data"], json!({"slowA": null}));
    assert_eq!(answer["errors"][0]["errorType"], "Lambda:ExecutionTimeoutException");
    assert_eq!(answer["errors"][0]["message"], "Execution timed out.");
}

#[tokio::test]
async fn resolvers_beyond_the_limit_give_null() {
    let users: Vec<Value> = (0..5).map(|id| json!({"id": id, "name": "n"})).collect();
    let api = Fixture::new(SDL)
        .config(|config| config.resolver_count_limit = 4)
        .field("Query.users", move |_| Ok(json!(users)))
        .field("User.nick", |_| Ok(json!("k")))
        .build();
    let answer = api.ask("{ users { nick } }", Value::Null).await;
    let nicks: Vec<&Value> =
        answer["data"]["users"].as_array().unwrap().iter().map(|user| &user["nick"]).collect();
    assert_eq!(nicks, [&json!("k"), &json!("k"), &json!("k"), &Value::Null, &Value::Null]);
    let errors = answer["errors"].as_array().unwrap();
    assert!(
        errors.len() == 2 && errors.iter().all(|error| error["errorType"] == "ResolverExecutionLimitReached")
    );
}

#[tokio::test]
async fn a_thousand_aliases_are_answered_in_time() {
    let api = with("Query.me", json!({"id": 1, "name": "n"}));
    let fields: String = (0..1_000).map(|index| format!("a{index}: me {{ id }} ")).collect();
    let start = Instant::now();
    let answer = api.ask(&format!("{{ {fields} }}"), Value::Null).await;
    assert_eq!(answer["data"].as_object().unwrap().len(), 1_000);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[tokio::test]
async fn the_deepest_document_does_not_exhaust_the_stack() {
    let (mut value, mut query) = (json!({"id": 0, "name": "n"}), "id".to_owned());
    for id in 0..75 {
        value = json!({"id": id, "name": "n", "friend": value});
        query = format!("friend {{ {query} }}");
    }
    let answer = with("Query.me", value).ask(&format!("{{ me {{ {query} }} }}"), Value::Null).await;
    assert_eq!(answer.get("errors"), None);
}

#[tokio::test]
async fn fragments_that_double_at_each_step_are_expanded_once() {
    let api = Fixture::new(SDL)
        .config(|config| config.query_depth_limit = 10)
        .field("Query.me", |_| Ok(json!({"id": 1, "name": "n"})))
        .build();
    let steps: String =
        (0..60).map(|step| format!("fragment F{step} on User {{ ...F{0} ...F{0} }} ", step + 1)).collect();
    let query = format!("{{ me {{ ...F0 }} }} {steps} fragment F60 on User {{ id }}");
    let answer = api.ask(&query, Value::Null).await;
    assert_eq!(answer, json!({"data": {"me": {"id": "1"}}}));
    assert_eq!(api.invoker.events("Query.me")[0]["info"]["selectionSetList"], json!(["id"]));
}

#[tokio::test]
async fn answers_that_aliases_blow_up_are_refused() {
    let (mut value, mut query) = (json!({"id": 0, "name": "n"}), "id".to_owned());
    for _ in 0..4 {
        value = json!({"id": 0, "name": "n", "friend": value});
        query = (0..40).map(|alias| format!("a{alias}: friend {{ ...F }} ")).collect::<String>();
    }
    let fragments = (0..4).map(|step| {
        let below =
            if step == 3 { "id".to_owned() } else { query.replace("...F", &format!("...F{}", step + 1)) };
        format!("fragment F{step} on User {{ {below} }} ")
    });
    let fragments: String = fragments.collect();
    let query = format!("{{ me {{ {} }} }} {fragments}", query.replace("...F", "...F0"));
    let answer = with("Query.me", value).ask(&query, Value::Null).await;
    let aliases = answer["data"]["me"].as_object().unwrap();
    assert!(aliases.values().any(Value::is_null), "the answer is whole");
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0]["errorType"], "ResolverExecutionLimitReached");
}

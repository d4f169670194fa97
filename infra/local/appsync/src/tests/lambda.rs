//! What functions receive, and what becomes of their answers.

use axum::body::Body;
use axum::http::Request;
use local_core::invoke::InvokeError;
use serde_json::{Value, json};

use crate::tests::fixture::{ALICE, Fixture, TestApi};
use crate::tests::stubs::function_error;
use crate::{DataSource, Resolver};

const SDL: &str = r#"
type Query { post(id: ID!, extra: String): Post posts: [Post!] fails: String }
type Post { id: ID! title: String sub: Sub author: Author related: [Related!] }
type Sub { x: Int y: Int }
type Author { name: String }
union Related = Post | Author
"#;

fn post() -> Value {
    json!({"id": "1", "title": "t", "sub": {"x": 1}, "hidden": true, "authorId": "a"})
}

#[tokio::test]
async fn a_function_without_a_script_receives_the_whole_context() {
    let api = Fixture::new(SDL).field("Query.post", |_| Ok(post())).build();
    let query = "query Get($id: ID!) { post(id: $id) { id alias: title sub { x } ...F __typename
        related { ... on Post { id } __typename } } } fragment F on Post { author { name } }";
    let body = json!({"query": query, "variables": {"id": "1"}}).to_string();
    let request = Request::post("/graphql")
        .header("Authorization", ALICE)
        .header("X-Custom", "one")
        .header("X-Custom", "two")
        .header("Cookie", "c=1")
        .body(Body::from(body))
        .unwrap();
    api.send(request).await;
    let event = api.invoker.events("Query.post").remove(0);
    assert_eq!(event["arguments"], json!({"id": "1"}));
    assert_eq!(event["source"], Value::Null);
    assert_eq!(event["prev"], Value::Null);
    assert_eq!(event["stash"], json!({}));
    assert_eq!(event["identity"]["sub"], "alice");
    assert_eq!(event["identity"]["claims"]["client_id"], "app");
    assert_eq!(event["identity"]["groups"], Value::Null);
    assert_eq!(event["request"]["domainName"], Value::Null);
    assert_eq!(event["request"]["headers"]["authorization"], ALICE);
    assert_eq!(event["request"]["headers"]["x-custom"], json!(["one", "two"]));
    assert_eq!(event["request"]["headers"].get("cookie"), None);
    let info = &event["info"];
    assert_eq!(info["parentTypeName"], "Query");
    assert_eq!(info["fieldName"], "post");
    assert_eq!(info["variables"], json!({"id": "1"}));
    let list = json!([
        "id",
        "alias",
        "sub",
        "sub/x",
        "author",
        "author/name",
        "__typename",
        "related",
        "related/__typename"
    ]);
    assert_eq!(info["selectionSetList"], list);
    let graphql = info["selectionSetGraphQL"].as_str().unwrap();
    assert!(graphql.starts_with("{\n  id\n  alias: title\n  sub {\n    x\n  }\n"), "{graphql}");
    assert!(graphql.contains("... on Post {"), "{graphql}");
    let keys: Vec<&String> = event.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["arguments", "identity", "info", "prev", "request", "source", "stash"]);
}

#[tokio::test]
async fn a_nested_function_receives_its_parent_as_it_was() {
    let api = Fixture::new(SDL)
        .field("Query.post", |_| Ok(post()))
        .field("Post.author", |event| Ok(json!({"name": event["source"]["authorId"]})))
        .build();
    let answer = api.ask("{ post(id: 1) { author { name } } }", Value::Null).await;
    assert_eq!(answer["data"]["post"]["author"]["name"], "a");
    let event = &api.invoker.events("Post.author")[0];
    assert_eq!(event["source"], post());
    assert_eq!(event["info"]["parentTypeName"], "Post");
}

#[tokio::test]
async fn errors_of_functions_reach_the_client() {
    let cases = [
        (function_error("NotFound", "no such post"), "NotFound", "no such post"),
        (
            function_error("UnauthorizedException", "secret words"),
            "UnauthorizedException",
            "You are not authorized to make this call.",
        ),
        (InvokeError::TimedOut { seconds: 3 }, "Sandbox.Timedout", "Task timed out after 3.00 seconds"),
        (InvokeError::Unavailable("nobody".to_owned()), "Lambda:ClientException", "nobody"),
    ];
    for (error, error_type, message) in cases {
        let api = Fixture::new(SDL).field("Query.fails", move |_| Err(error.clone())).build();
        let answer = api.ask("{\n  fails }", Value::Null).await;
        let expected = json!({"data": {"fails": null}, "errors": [{
            "path": ["fails"], "data": null, "errorType": error_type, "errorInfo": null,
            "locations": [{"line": 2, "column": 3, "sourceName": null}], "message": message
        }]});
        assert_eq!(answer, expected);
        assert_eq!(api.journal.entries()[0].outcome.as_deref(), Some(error_type));
    }
}

fn batched(
    size: u32,
    authors: impl Fn(&[Value]) -> Result<Value, InvokeError> + Send + Sync + 'static,
) -> TestApi {
    let posts: Vec<Value> = (0..5).map(|id| json!({"id": id, "authorId": format!("a{id}")})).collect();
    let resolver = Resolver::Unit { data_source: "authors".to_owned(), code: None, max_batch_size: size };
    Fixture::new(SDL)
        .field("Query.posts", move |_| Ok(json!(posts)))
        .field("Query.post", |_| Ok(post()))
        .function("authors", move |event| authors(event.as_array().unwrap()))
        .resolver("Post.author", resolver)
        .build()
}

fn named(events: &[Value]) -> Result<Value, InvokeError> {
    Ok(events.iter().map(|event| json!({"data": {"name": event["source"]["authorId"]}})).collect())
}

#[tokio::test]
async fn a_list_is_resolved_in_one_invocation() {
    let api = batched(10, named);
    let answer = api.ask("{ posts { id author { name } } }", Value::Null).await;
    let names: Vec<&Value> =
        answer["data"]["posts"].as_array().unwrap().iter().map(|p| &p["author"]["name"]).collect();
    assert_eq!(names, ["a0", "a1", "a2", "a3", "a4"]);
    let events = api.invoker.events("authors");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0][4]["source"]["authorId"], "a4");
    assert_eq!(events[0][4]["info"]["selectionSetList"], json!(["name"]));
    assert_eq!(api.journal.entries()[0].invocations, ["Query.posts", "authors"]);
}

#[tokio::test]
async fn batches_are_no_longer_than_allowed() {
    let api = batched(2, named);
    let answer = api.ask("{ posts { author { name } } }", Value::Null).await;
    assert_eq!(answer["data"]["posts"][4]["author"]["name"], "a4");
    let mut sizes: Vec<usize> =
        api.invoker.events("authors").iter().map(|e| e.as_array().unwrap().len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 2, 2]);
}

#[tokio::test]
async fn a_single_parent_is_a_batch_of_one() {
    let api = batched(10, named);
    let answer = api.ask("{ post(id: 1) { author { name } } }", Value::Null).await;
    assert_eq!(answer["data"]["post"]["author"]["name"], "a");
    assert_eq!(api.invoker.events("authors")[0].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn items_of_a_batch_fail_alone() {
    let api = batched(10, |events| {
        Ok(events
            .iter()
            .map(|event| match event["source"]["id"].as_i64() {
                Some(1) => json!({"errorMessage": "gone", "errorType": "NotFound", "data": {"name": "n", "secret": 1}}),
                Some(2) => Value::Null,
                _ => json!({"data": {"name": "n"}, "other": true}),
            })
            .collect())
    });
    let answer = api.ask("{ posts { author { name } } }", Value::Null).await;
    let authors: Vec<Value> =
        answer["data"]["posts"].as_array().unwrap().iter().map(|p| p["author"].clone()).collect();
    let good = json!({"name": "n"});
    assert_eq!(authors, [good.clone(), Value::Null, Value::Null, good.clone(), good]);
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0]["path"], json!(["posts", 1, "author"]));
    assert_eq!(errors[0]["errorType"], "NotFound");
    assert_eq!(errors[0]["data"], json!({"name": "n"}));
}

#[tokio::test]
async fn a_batch_that_does_not_fit_fails_for_all() {
    let wrong_length = |events: &[Value]| named(&events[1..]);
    let no_list = |_: &[Value]| Ok(json!({}));
    let thrown = |_: &[Value]| Err(function_error("Internal", "i"));
    let apis = [
        (batched(10, wrong_length), "Lambda:IllegalArgument"),
        (batched(10, no_list), "Lambda:IllegalArgument"),
        (batched(10, thrown), "Internal"),
    ];
    for (api, error_type) in apis {
        let answer = api.ask("{ posts { author { name } } }", Value::Null).await;
        let errors = answer["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 5);
        assert!(errors.iter().all(|error| error["errorType"] == error_type), "{errors:?}");
        assert_eq!(answer["data"]["posts"][0]["author"], Value::Null);
    }
}

#[tokio::test]
async fn resolvers_that_cannot_be_are_refused() {
    let unit = |source: &str, code: Option<&str>, size: u32| Resolver::Unit {
        data_source: source.to_owned(),
        code: code.map(str::to_owned),
        max_batch_size: size,
    };
    let cases = [
        ("Query.nope", unit("f", None, 0)),
        ("Nope.post", unit("f", None, 0)),
        ("Query.post", unit("missing", None, 0)),
        ("Query.post", unit("none", None, 0)),
        ("Query.post", unit("f", None, 2_001)),
        ("Query.post", unit("none", Some("export function request() {} export function response() {}"), 5)),
    ];
    for (field, resolver) in cases {
        let fixture = Fixture::new(SDL).config(|config| {
            config.data_sources.insert("f".to_owned(), DataSource::Lambda { function: "f".to_owned() });
        });
        assert!(fixture.resolver(field, resolver.clone()).try_build().is_err(), "{field} {resolver:?}");
    }
}

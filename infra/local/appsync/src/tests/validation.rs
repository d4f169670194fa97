//! What is wrong with a document or its variables, in AppSync's words.

use serde_json::{Value, json};

use crate::tests::fixture::{ALICE, Fixture, TestApi};

const SDL: &str = r#"
type Query {
    post(id: ID!): Post
    posts(first: Int, kind: Kind, ids: [ID!]): [Post!]
    at(time: AWSDateTime, date: AWSDate, data: AWSJSON): String
    search(input: Input!): String
}
type Post { id: ID! title: String author: Author }
type Author { name: String }
type Comment { text: String }
enum Kind { A B }
input Input { text: String! limit: Int = 10 nested: Input json: AWSJSON }
"#;

fn api() -> TestApi {
    let echo = |event: Value| Ok(json!(event["arguments"].to_string()));
    Fixture::new(SDL)
        .field("Query.at", echo)
        .field("Query.search", echo)
        .field("Query.post", |event| Ok(json!({"id": event["arguments"]["id"]})))
        .build()
}

#[tokio::test]
async fn documents_that_do_not_fit_the_schema() {
    let cases = [
        ("{ badfield }", "FieldUndefined: Field 'badfield' in type 'Query' is undefined @ 'badfield'"),
        ("{ post(id: 1) { no } }", "FieldUndefined: Field 'no' in type 'Post' is undefined @ 'post/no'"),
        (
            "{ post(id: 1) }",
            "SubSelectionRequired: Sub selection required for type Post of field post @ 'post'",
        ),
        (
            "{ post(id: 1) { title { x } } }",
            "SubSelectionNotAllowed: Sub selection not allowed on leaf type String of field title @ 'post/title'",
        ),
        ("{ post { id } }", "MissingFieldArgument: Missing field argument id @ 'post'"),
        ("{ post(id: 1, x: 2) { id } }", "UnknownArgument: Unknown field argument x @ 'post'"),
        (
            "{ posts(first: \"a\") { id } }",
            "WrongType: argument 'first' with value 'StringValue{value='a'}' is not a valid 'Int' @ 'posts'",
        ),
        (
            "{ posts(first: 3000000000) { id } }",
            "WrongType: argument 'first' with value 'IntValue{value=3000000000}' is not a valid 'Int' @ 'posts'",
        ),
        (
            "{ posts(kind: C) { id } }",
            "WrongType: argument 'kind' with value 'EnumValue{name='C'}' is not a valid 'Kind' @ 'posts'",
        ),
        (
            "{ at(data: \"x\") }",
            "WrongType: argument 'data' with value 'StringValue{value='x'}' is not a valid 'AWSJSON' @ 'at'",
        ),
        (
            "{ search(input: {text: \"a\", json: \"{\"}) }",
            "WrongType: argument 'input.json' with value 'StringValue{value='{'}' is not a valid 'AWSJSON' @ 'search'",
        ),
        ("query($a: Int) { post(id: 1) { id } }", "UnusedVariable: Unused variable a"),
        ("{ post(id: $a) { id } }", "UndefinedVariable: Undefined variable a @ 'post'"),
        (
            "query($a: ID) { post(id: $a) { id } }",
            "VariableTypeMismatch: Variable type 'ID' doesn't match expected type 'ID!' @ 'post'",
        ),
        ("query($a: Nope) { post(id: $a) { id } }", "UnknownType: Unknown type Nope"),
        ("{ post(id: 1) { ...F } }", "UndefinedFragment: Undefined fragment F @ 'post'"),
        ("{ post(id: 1) { id } } fragment F on Post { id }", "UnusedFragment: Unused fragment F"),
        (
            "{ post(id: 1) { ...F } } fragment F on Comment { text }",
            "InvalidFragmentType: Fragment F can't be spread here as objects of type Post can never be of type Comment @ 'post'",
        ),
        (
            "{ post(id: 1) { ...F } } fragment F on Post { ...F }",
            "FragmentCycle: Fragment cycles not allowed",
        ),
        ("{ post(id: 1) { id @nope } }", "UnknownDirective: Unknown directive nope @ 'post/id'"),
    ];
    let api = api();
    for (query, expected) in cases {
        let answer = api.ask(query, Value::Null).await;
        assert_eq!(answer["data"], Value::Null, "{query}");
        let error = &answer["errors"][0];
        assert_eq!(error["message"], format!("Validation error of type {expected}"), "{query}");
        assert_eq!(error["path"], Value::Null, "{query}");
        assert!(
            error["locations"][0]["line"].is_u64() && error.get("errorType").is_none(),
            "{query}: {error}"
        );
    }
}

#[tokio::test]
async fn a_place_is_line_and_column() {
    let answer = api().ask("{badfield}", Value::Null).await;
    let expected = json!({"data": null, "errors": [{
        "path": null,
        "locations": [{"line": 1, "column": 2, "sourceName": null}],
        "message": "Validation error of type FieldUndefined: Field 'badfield' in type 'Query' is undefined @ 'badfield'"
    }]});
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn variables_that_do_not_fit() {
    let cases = [
        (
            "query($id: ID!) { post(id: $id) { id } }",
            json!({}),
            "Variable 'id' has coerced Null value for NonNull type 'ID!'",
        ),
        (
            "query($id: ID!) { post(id: $id) { id } }",
            json!({"id": null}),
            "Variable 'id' has coerced Null value for NonNull type 'ID!'",
        ),
        (
            "query($t: AWSDateTime) { at(time: $t) }",
            json!({"t": "2019"}),
            "Variable 't' has an invalid value. Unable to parse `2019` as a valid DateTime Object.",
        ),
        (
            "query($d: AWSDate) { at(date: $d) }",
            json!({"d": "2019-12-24T04:15:57.798Z"}),
            "Variable 'd' has an invalid value. Unable to parse `2019-12-24T04:15:57.798Z` as a valid date.",
        ),
        (
            "query($n: Int) { posts(first: $n) { id } }",
            json!({"n": 3_000_000_000_u64}),
            "Variable 'n' has an invalid value. Expected type 'Int' but was 'Long'.",
        ),
        (
            "query($k: Kind) { posts(kind: $k) { id } }",
            json!({"k": "C"}),
            "Variable 'k' has an invalid value. Invalid input for Enum 'Kind'. No value found for name 'C'",
        ),
        (
            "query($i: Input!) { search(input: $i) }",
            json!({"i": {"text": "a", "extra": 1}}),
            "The variables input contains a field name 'extra' that is not defined for input object type 'Input' ",
        ),
        (
            "query($i: Input!) { search(input: $i) }",
            json!({"i": {}}),
            "Variable 'text' has coerced Null value for NonNull type 'String!'",
        ),
    ];
    let api = api();
    for (query, variables, message) in cases {
        let answer = api.ask(query, variables).await;
        assert_eq!(answer["data"], Value::Null, "{query}");
        assert_eq!(answer["errors"][0]["message"], message, "{query}");
    }
}

#[tokio::test]
async fn values_reach_functions_as_their_types_want_them() {
    let cases = [
        ("{ post(id: 5) { id } }", json!({}), json!({"id": "5"})),
        ("query($id: ID!) { post(id: $id) { id } }", json!({"id": 5}), json!({"id": "5"})),
    ];
    let api = api();
    for (query, variables, expected) in cases {
        let answer = api.ask(query, variables).await;
        assert_eq!(answer["data"]["post"], expected, "{query}");
    }
    let cases = [
        ("{ search(input: {text: \"a\"}) }", json!({}), json!({"input": {"text": "a", "limit": 10}})),
        (
            "query($i: Input!) { search(input: $i) }",
            json!({"i": {"text": "a", "json": "{\"b\":[1]}", "limit": null}}),
            json!({"input": {"text": "a", "limit": null, "json": {"b": [1]}}}),
        ),
        (
            "query($t: String!) { search(input: {text: $t, nested: {text: \"n\"}}) }",
            json!({"t": "a"}),
            json!({"input": {"text": "a", "limit": 10, "nested": {"text": "n", "limit": 10}}}),
        ),
        ("query($d: AWSJSON) { at(data: $d) }", json!({}), json!({})),
        ("query($d: AWSJSON) { at(data: $d) }", json!({"d": null}), json!({"data": null})),
        ("{ at(data: \"[1, 2]\") }", json!({}), json!({"data": [1, 2]})),
    ];
    for (query, variables, expected) in cases {
        let answer = api.ask(query, variables).await;
        let text = answer["data"].as_object().unwrap().values().next().unwrap().as_str().unwrap();
        assert_eq!(serde_json::from_str::<Value>(text).unwrap(), expected, "{query}");
    }
}

#[tokio::test]
async fn introspection_can_be_switched_off() {
    let query = "{ __schema { queryType { name } } __type(name: \"Post\") { kind } __typename }";
    let answer = api().ask(query, Value::Null).await;
    let expected = json!({"__schema": {"queryType": {"name": "Query"}}, "__type": {"kind": "OBJECT"}, "__typename": "Query"});
    assert_eq!(answer["data"], expected);
    let closed = Fixture::new(SDL).config(|config| config.introspection = false).build();
    let answer = closed.ask(query, Value::Null).await;
    assert_eq!(answer["data"], Value::Null);
    let message =
        "Validation error of type FieldUndefined: Field '__schema' in type 'Query' is undefined @ '__schema'";
    assert_eq!(answer["errors"][0]["message"], message);
    assert_eq!(closed.ask("{ __typename }", Value::Null).await["data"]["__typename"], "Query");
}

#[tokio::test]
async fn deep_documents_are_refused() {
    let api = Fixture::new(SDL).config(|config| config.query_depth_limit = 2).build();
    assert_eq!(api.ask("{ post(id: 1) { id } }", Value::Null).await.get("errors"), None);
    let answer = api.ask("{ post(id: 1) { author { name } } }", Value::Null).await;
    assert_eq!(answer["errors"][0]["errorType"], "QueryDepthLimitReached");
    let answer =
        api.ask("{ post(id: 1) { ...F } } fragment F on Post { author { name } }", Value::Null).await;
    assert_eq!(answer["errors"][0]["errorType"], "QueryDepthLimitReached");
}

#[tokio::test]
async fn long_documents_are_refused() {
    let fields: String = (0..15_000).map(|index| format!("a{index}:at ")).collect();
    let body = json!({"query": format!("{{ {fields} }}")}).to_string();
    let answer = api().raw(&[("authorization", ALICE)], &body).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.body["errors"][0]["message"], "Maximum char length exceeded");
}

#[tokio::test]
async fn documents_nested_without_end_are_refused() {
    let query = format!("{{ {} }}", "post(id: 1) { author { ".repeat(6_000));
    let body = json!({"query": query}).to_string();
    assert_eq!(api().raw(&[("authorization", ALICE)], &body).await.status, 400);
}

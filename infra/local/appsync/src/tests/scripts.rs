//! Resolver scripts.

use serde_json::{Value, json};

use crate::config::ConfigError;
use crate::tests::fixture::{Fixture, TestApi};
use crate::tests::stubs::function_error;
use crate::{PipelineFunction, Resolver};

const SDL: &str =
    "type Query { value(a: AWSJSON): AWSJSON thing: Thing list: [Thing] } type Thing { id: ID name: String }";

/// A script whose request handler passes everything and whose response handler has this body.
fn responding(body: &str) -> String {
    format!(
        "import {{ util, extensions, runtime }} from '@aws-appsync/utils';
        export function request(ctx) {{ return {{ payload: ctx.args.a }}; }}
        export function response(ctx) {{ {body} }}"
    )
}

async fn run(body: &str, argument: Value) -> Value {
    let api = Fixture::new(SDL).script("Query.value", &responding(body)).build();
    api.ask("query($a: AWSJSON) { value(a: $a) }", json!({"a": argument.to_string()})).await
}

async fn value(body: &str, argument: Value) -> Value {
    let answer = run(body, argument).await;
    assert_eq!(answer.get("errors"), None, "{body}");
    serde_json::from_str(answer["data"]["value"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_script_sees_its_context() {
    let cases = [
        ("return ctx.result;", json!({"x": 1})),
        ("return ctx.args === undefined;", json!(false)),
        ("return ctx.arguments;", json!({"a": {"x": 1}})),
        ("return ctx.identity.sub;", json!("alice")),
        ("return ctx.env.STAGE;", json!("test")),
        ("return ctx.source;", json!({})),
        ("return ctx.info.fieldName;", json!("value")),
        (
            "return JSON.parse(JSON.stringify(ctx.info));",
            json!({"fieldName": "value", "parentTypeName": "Query", "variables": {"a": "{\"x\":1}"}}),
        ),
        ("return ctx.info.selectionSetList;", json!([])),
        ("return util.authType();", json!("User Pool Authorization")),
        ("return ctx.request.headers.authorization;", json!("alice..jwt")),
    ];
    for (body, expected) in cases {
        assert_eq!(value(body, json!({"x": 1})).await, expected, "{body}");
    }
}

#[tokio::test]
async fn the_utilities_work() {
    let cases = [
        ("return util.matches('[a-z]+[0-9]', 'abc1');", json!(true)),
        ("return util.matches('[a-z]+', 'abc1');", json!(false)),
        ("return util.urlEncode('a b&ü');", json!("a+b%26%C3%BC")),
        ("return util.urlDecode('a+b%26%C3%BC');", json!("a b&ü")),
        ("return util.base64Encode('grüße 👍');", json!("Z3LDvMOfZSDwn5GN")),
        ("return util.base64Decode('Z3LDvMOfZSDwn5GN');", json!("grüße 👍")),
        (
            "return [util.base64Encode(''), util.base64Encode('a'), util.base64Encode('ab')];",
            json!(["", "YQ==", "YWI="]),
        ),
        ("return util.escapeJavaScript('a\"b\\'c');", json!("a\\\"b\\'c")),
        ("return util.typeOf([1]) + util.typeOf({}) + util.typeOf(null);", json!("ListMapNull")),
        ("return util.defaultIfNullOrBlank('  ', 'x');", json!("x")),
        ("return util.str.toReplace('a-b-c', '-', '+');", json!("a+b+c")),
        ("return util.math.maxVal(1, 5);", json!(5)),
        ("return util.autoId().length + util.autoUlid().length;", json!(62)),
        ("return util.autoId() === util.autoId();", json!(false)),
        (
            "return util.matches('[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}', util.autoId());",
            json!(true),
        ),
        ("return util.time.nowEpochMilliSeconds() > 1700000000000;", json!(true)),
        ("return util.time.epochMilliSecondsToISO8601(0);", json!("1970-01-01T00:00:00.000Z")),
        ("return util.time.parseISO8601ToEpochMilliSeconds('1970-01-01T00:00:01Z');", json!(1000)),
    ];
    for (body, expected) in cases {
        assert_eq!(value(body, Value::Null).await, expected, "{body}");
    }
}

#[tokio::test]
async fn filters_are_built_from_what_people_write() {
    let cases = [
        ("{ severity: { le: 2 }, type: { eq: 'x' } }", json!([[["severity", "le", 2], ["type", "eq", "x"]]])),
        ("{ or: [{ a: { eq: 1 } }, { b: { eq: 2 } }] }", json!([[["a", "eq", 1]], [["b", "eq", 2]]])),
        (
            "{ and: [{ or: [{ a: { eq: 1 } }, { b: { eq: 2 } }] }, { c: { eq: 3 } }] }",
            json!([[["a", "eq", 1], ["c", "eq", 3]], [["b", "eq", 2], ["c", "eq", 3]]]),
        ),
        ("{ a: { gt: 1, lt: 0 } }", json!([[["a", "gt", 1]], [["a", "lt", 0]]])),
    ];
    for (filter, expected) in cases {
        let built =
            value(&format!("return util.transform.toSubscriptionFilter({filter});"), Value::Null).await;
        let groups: Value = built["filterGroup"]
            .as_array()
            .unwrap()
            .iter()
            .map(|group| -> Value {
                let filters = group["filters"].as_array().unwrap().iter();
                filters
                    .map(|filter| json!([filter["fieldName"], filter["operator"], filter["value"]]))
                    .collect()
            })
            .collect();
        assert_eq!(groups, expected, "{filter}");
    }
    let ignored = "return util.transform.toSubscriptionFilter({ a: { eq: 1 }, b: { eq: 2 } }, ['a']);";
    assert_eq!(value(ignored, Value::Null).await["filterGroup"][0]["filters"].as_array().unwrap().len(), 1);
    let strict = "return util.transform.toSubscriptionFilter({ a: { eq: 1 } }, [], { b: { eq: 2 } });";
    assert_eq!(run(strict, Value::Null).await["errors"][0]["errorType"], "BadRequest");
}

#[tokio::test]
async fn a_script_can_fail_in_its_own_words() {
    let body = "util.error('no', 'Refused', { id: 1, secret: 2 }, { why: 'x' });";
    let api = Fixture::new(SDL).script("Query.thing", &responding(body)).build();
    let error = api.ask("{ thing { id } }", Value::Null).await["errors"][0].clone();
    assert_eq!(error["message"], "no");
    assert_eq!(error["errorType"], "Refused");
    assert_eq!(error["data"], json!({"id": 1}), "data is cut to the selection");
    assert_eq!(error["errorInfo"], json!({"why": "x"}));
    let answer = run("util.appendError('careful', 'Warning'); return { ok: true };", Value::Null).await;
    assert_eq!(answer["data"]["value"], "{\"ok\":true}");
    assert_eq!(answer["errors"][0]["errorType"], "Warning");
    let answer = run("util.unauthorized();", Value::Null).await;
    assert_eq!(answer["errors"][0]["errorType"], "Unauthorized");
    assert_eq!(answer["errors"][0]["message"], "Not Authorized to access value on type Query");
}

#[tokio::test]
async fn a_crash_says_nothing_of_itself() {
    for body in
        ["return ctx.a.b.c;", "return new Date().getTime();", "return new Map();", "return undefinedThing;"]
    {
        let error = run(body, Value::Null).await["errors"][0].clone();
        assert_eq!(
            (&error["errorType"], &error["message"]),
            (&json!("Code"), &json!("Runtime Error")),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_script_that_does_not_end_is_ended() {
    let body = "const xs = [0]; for (const x of xs) { xs.push(x); } return xs.length;";
    assert_eq!(run(body, Value::Null).await["errors"][0]["errorType"], "Code");
    assert_eq!(value("return 1;", Value::Null).await, json!(1), "the thread goes on");
}

#[tokio::test]
async fn a_script_adds_headers() {
    let api = Fixture::new(SDL)
        .script("Query.value", &responding("util.http.addResponseHeader('x-mine', 'yes'); return 1;"))
        .build();
    let answer = api.raw(&[("authorization", "alice..jwt")], r#"{"query":"{ value }"}"#).await;
    assert_eq!(answer.headers["x-mine"], "yes");
}

#[tokio::test]
async fn scripts_that_appsync_refuses_are_refused() {
    let both = "export function request(ctx) { return {} } export function response(ctx) { return null }";
    let cases = [
        "export function request(ctx) { return {} }".to_owned(),
        "function request(ctx) {} function response(ctx) {}".to_owned(),
        format!("{both} this is not JavaScript"),
        format!("import fs from 'fs'; {both}"),
        format!("import {{ nothing }} from '@aws-appsync/utils'; {both}"),
        format!("{both} const x = () => {{ try {{ }} catch {{ }} }};"),
        format!("{both} // {}", "x".repeat(33_000)),
    ];
    for code in cases {
        let refused = Fixture::new(SDL).script("Query.value", &code).try_build().err();
        assert!(matches!(refused, Some(ConfigError::Script { .. })), "{code:.80}: {refused:?}");
    }
}

fn invoking(
    response: &str,
    size: u32,
    function: fn(Value) -> Result<Value, local_core::invoke::InvokeError>,
) -> TestApi {
    let operation = if size > 0 { "BatchInvoke" } else { "Invoke" };
    let code = format!(
        "import {{ util }} from '@aws-appsync/utils';
        export function request(ctx) {{ ctx.stash.seen = ctx.source.id; return {{ operation: '{operation}', payload: {{ id: ctx.source.id }} }}; }}
        export function response(ctx) {{ {response} }}"
    );
    Fixture::new(SDL)
        .field("Query.thing", |_| Ok(json!({"id": "1"})))
        .field("Query.list", |_| Ok(json!([{"id": "1"}, {"id": "2"}, {"id": "3"}])))
        .function("f", function)
        .resolver(
            "Thing.name",
            Resolver::Unit { data_source: "f".to_owned(), code: Some(code), max_batch_size: size },
        )
        .build()
}

#[tokio::test]
async fn a_script_can_stand_before_and_behind_a_function() {
    let api = invoking("return ctx.result.name + ctx.stash.seen;", 0, |event| {
        Ok(json!({"name": format!("n{}", event["id"].as_str().unwrap())}))
    });
    assert_eq!(api.ask("{ thing { name } }", Value::Null).await["data"]["thing"]["name"], "n11");
    assert_eq!(api.invoker.events("f"), [json!({"id": "1"})]);
}

#[tokio::test]
async fn a_script_sees_the_error_of_its_function() {
    let failing = |_| Err(function_error("NotFound", "gone"));
    let api = invoking(
        "return ctx.error.type + ' ' + ctx.error.unhandledErrorType + ' ' + ctx.error.message;",
        0,
        failing,
    );
    let answer = api.ask("{ thing { name } }", Value::Null).await;
    assert_eq!(answer["data"]["thing"]["name"], "Lambda:Unhandled NotFound gone");
}

#[tokio::test]
async fn scripted_batches_travel_together() {
    let api = invoking("return ctx.result + ctx.stash.seen;", 10, |event| {
        Ok(event
            .as_array()
            .unwrap()
            .iter()
            .map(|item| json!(format!("n{}-", item["id"].as_str().unwrap())))
            .collect())
    });
    let answer = api.ask("{ list { name } }", Value::Null).await;
    assert_eq!(answer["data"]["list"], json!([{"name": "n1-1"}, {"name": "n2-2"}, {"name": "n3-3"}]));
    assert_eq!(api.invoker.events("f").len(), 1);
}

#[tokio::test]
async fn an_event_is_sent_and_not_waited_for() {
    let code = "export function request(ctx) { return { operation: 'Invoke', invocationType: 'Event', payload: { a: 1 } }; }
        export function response(ctx) { return ctx.result === null; }";
    let api = Fixture::new(SDL)
        .function("f", |_| Ok(json!("never seen")))
        .resolver(
            "Query.value",
            Resolver::Unit { data_source: "f".to_owned(), code: Some(code.to_owned()), max_batch_size: 0 },
        )
        .build();
    assert_eq!(api.ask("{ value }", Value::Null).await, json!({"data": {"value": "true"}}));
    api.api.settle().await;
    assert_eq!(api.invoker.events("f"), [json!({"a": 1})]);
}

fn pipeline(first: &str) -> TestApi {
    let around = "import { runtime } from '@aws-appsync/utils';
        export function request(ctx) { ctx.stash.log = ['before']; return { start: 1 }; }
        export function response(ctx) { return { log: ctx.stash.log, last: ctx.prev.result }; }";
    let first = format!(
        "import {{ runtime, util }} from '@aws-appsync/utils';
        export function request(ctx) {{ {first} return {{ payload: ctx.prev.result.start + 1 }}; }}
        export function response(ctx) {{ ctx.stash.log.push('first'); return ctx.result; }}"
    );
    let function = |name: &str, source: &str, code: Option<String>| PipelineFunction {
        name: name.to_owned(),
        data_source: source.to_owned(),
        code,
        max_batch_size: 0,
    };
    Fixture::new(SDL)
        .function("double", |event| Ok(json!(event["prev"]["result"].as_i64().unwrap_or(0) * 2)))
        .resolver(
            "Query.value",
            Resolver::Pipeline {
                code: around.to_owned(),
                functions: vec![function("first", "none", Some(first)), function("double", "double", None)],
            },
        )
        .build()
}

#[tokio::test]
async fn a_pipeline_hands_on() {
    let cases = [
        ("", json!({"log": ["before", "first"], "last": 4})),
        ("runtime.earlyReturn(10, { skipTo: 'NEXT' });", json!({"log": ["before"], "last": 20})),
        ("runtime.earlyReturn(10);", json!({"log": ["before"], "last": 20})),
        ("runtime.earlyReturn(10, { skipTo: 'END' });", json!({"log": ["before"], "last": 10})),
    ];
    for (first, expected) in cases {
        let answer = pipeline(first).ask("{ value }", Value::Null).await;
        let text = answer["data"]["value"].as_str().unwrap();
        assert_eq!(serde_json::from_str::<Value>(text).unwrap(), expected, "{first}");
    }
    let answer = pipeline("util.error('no', 'Stop');").ask("{ value }", Value::Null).await;
    assert_eq!(answer["errors"][0]["errorType"], "Stop");
}

/// Names are looked up by `f`, but not that of thing 2, which the script knows.
fn looking_up(step: Option<&str>) -> TestApi {
    let around = "import { runtime } from '@aws-appsync/utils';
        export function request(ctx) { if (ctx.source.id === '2') { runtime.earlyReturn({}); } return {}; }
        export function response(ctx) { return ctx.source.id === '2' ? 'known' : ctx.prev.result; }";
    let function = PipelineFunction {
        name: "f".to_owned(),
        data_source: "f".to_owned(),
        code: step.map(str::to_owned),
        max_batch_size: 2,
    };
    Fixture::new(SDL)
        .field("Query.list", |_| Ok((1..=4).map(|id| json!({ "id": id.to_string() })).collect()))
        .function("f", |events| {
            let answer = |event: &Value| match event["source"]["id"].as_str() {
                Some("3") => json!({"errorType": "NotFound", "errorMessage": "gone"}),
                id => json!({"data": format!("n{}", id.unwrap())}),
            };
            Ok(events.as_array().unwrap().iter().map(answer).collect())
        })
        .resolver("Thing.name", Resolver::Pipeline { code: around.to_owned(), functions: vec![function] })
        .build()
}

#[tokio::test]
async fn a_step_takes_batches_of_those_that_did_not_end_before_it() {
    let unwrapping = "import { util } from '@aws-appsync/utils';
        export function request(ctx) { return { operation: 'BatchInvoke', payload: { source: ctx.source } }; }
        export function response(ctx) {
            if (ctx.result.errorType) { util.error(ctx.result.errorMessage, ctx.result.errorType); }
            return ctx.result.data;
        }";
    for step in [None, Some(unwrapping)] {
        let api = looking_up(step);
        let answer = api.ask("{ list { name } }", Value::Null).await;
        let names = json!([{"name": "n1"}, {"name": "known"}, {"name": null}, {"name": "n4"}]);
        assert_eq!(answer["data"]["list"], names);
        assert_eq!(answer["errors"][0]["errorType"], "NotFound");
        let mut batches: Vec<_> =
            api.invoker.events("f").iter().map(|batch| batch.as_array().unwrap().len()).collect();
        // They leave at once.
        batches.sort_unstable();
        assert_eq!(batches, [1, 2]);
    }
}

#[tokio::test]
async fn a_batching_script_may_leave_its_function_out() {
    let code = "import { runtime } from '@aws-appsync/utils';
        export function request(ctx) {
            if (ctx.source.id !== '2') { runtime.earlyReturn('early ' + ctx.source.id); }
            return { operation: 'BatchInvoke', payload: ctx.source.id };
        }
        export function response(ctx) { return 'late ' + ctx.result; }";
    let code = Some(code.to_owned());
    let api = Fixture::new(SDL)
        .field("Query.thing", |_| Ok(json!({"id": "1"})))
        .field("Query.list", |_| Ok(json!([{"id": "1"}, {"id": "2"}])))
        .function("f", Ok)
        .resolver("Thing.name", Resolver::Unit { data_source: "f".to_owned(), code, max_batch_size: 9 })
        .build();
    let answer = api.ask("{ list { name } thing { name } }", Value::Null).await;
    assert_eq!(answer["data"]["list"], json!([{"name": "early 1"}, {"name": "late 2"}]));
    assert_eq!(answer["data"]["thing"]["name"], "early 1");
    assert_eq!(api.invoker.events("f"), [json!(["2"])]);
}

use std::sync::{Arc, Mutex};

use domain::Error;
use serde_json::json;
use tracing_subscriber::layer::SubscriberExt as _;

use super::*;
use crate::testing::{bob, ctx};
use crate::{BatchOutcome, BusEvent, Context, Function, SignedIn, StreamRecord};

const CANARY: &str = "canary-in-the-coal-mine";

/// What is logged while something runs on this thread.
async fn logged(level: LevelFilter, work: impl Future<Output = ()>) -> Vec<Value> {
    let lines: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = Arc::clone(&lines);
    let clock = Clock::new(|| jiff::Timestamp::from_second(1_795_000_000).unwrap());
    let write = move |line: &str| kept.lock().unwrap().push(line.to_owned());
    let lines_layer = Lines::new(level, Vec::new(), clock, write);
    let subscriber = tracing_subscriber::registry().with(lines_layer);
    let guard = tracing::subscriber::set_default(subscriber);
    work.await;
    drop(guard);
    let lines = lines.lock().unwrap();
    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What one invocation leaves.
async fn left(function: Function, event: Value) -> Vec<Value> {
    let ctx = ctx().for_request("1f2e3d4c-0000-4000-8000-0123456789ab");
    logged(LevelFilter::INFO, async { drop(function.call(ctx, event).await) }).await
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Arguments {
    #[expect(dead_code, reason = "only parsed")]
    conversation_id: String,
}

fn event() -> Value {
    json!({"arguments": {"conversationId": "g-0123456789abcdef0123456789abcdef"}, "identity": bob(), "source": null,
           "info": {"fieldName": "greet", "parentTypeName": "Query", "selectionSetList": []}})
}

async fn succeeds(_: &Context, _: SignedIn, _: Arguments) -> Result<(), Error> {
    Ok(())
}

async fn refuses(_: &Context, _: SignedIn, _: Arguments) -> Result<(), Error> {
    Err(Error::bad_request(format!("not {CANARY}")).with_inner("no such row"))
}

async fn breaks(_: &Context, _: SignedIn, _: Arguments) -> Result<(), Error> {
    Err(Error::internal(format!("cannot read the row: invalid type: string {CANARY:?}, expected u64")))
}

async fn panics(_: &Context, _: SignedIn, _: Arguments) -> Result<(), Error> {
    panic!("what is {CANARY}?");
}

/// Every metric and dimension that CloudWatch is told of is in the line.
fn is_embedded_metric(line: &Value) {
    let directive = &line["_aws"]["CloudWatchMetrics"][0];
    assert_eq!(directive["Namespace"], "SmartChat");
    assert!(line["_aws"]["Timestamp"].is_i64());
    for metric in directive["Metrics"].as_array().unwrap() {
        assert!(line[metric["Name"].as_str().unwrap()].is_number(), "{line}");
    }
    for dimension in
        directive["Dimensions"].as_array().unwrap().iter().flat_map(|set| set.as_array().unwrap())
    {
        assert!(line[dimension.as_str().unwrap()].is_string(), "{line}");
    }
}

#[tokio::test]
async fn what_goes_well_leaves_one_short_line_which_is_a_metric_too() {
    let lines = left(crate::field(succeeds), event()).await;
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    is_embedded_metric(line);
    assert_eq!((&line["Operation"], &line["outcome"]), (&json!("lambda"), &json!("ok")));
    assert_eq!(line["requestId"], "1f2e3d4c-0000-4000-8000-0123456789ab");
    assert_eq!(line["userId"], "00000000-0000-4000-8000-00000000000b");
    assert_eq!(line["conversationId"], "g-0123456789abcdef0123456789abcdef");
    assert!(line.to_string().len() <= 400, "{} bytes: {line}", line.to_string().len());
}

#[tokio::test]
async fn a_refusal_and_a_bug_are_counted_apart() {
    let lines = left(crate::field(refuses), event()).await;
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    is_embedded_metric(line);
    assert_eq!((&line["outcome"], &line["ErrorType"]), (&json!("refused"), &json!("BadRequest")));
    assert_eq!((&line["ClientErrors"], &line["inner"]), (&json!(1), &json!("no such row")));

    let lines = left(crate::field(breaks), event()).await;
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    is_embedded_metric(line);
    assert_eq!((&line["outcome"], &line["Errors"]), (&json!("failed"), &json!(1)));
    assert_eq!(line["inner"], "cannot read the row: invalid type: string …, expected u64");
}

#[tokio::test]
async fn a_batch_that_is_done_in_part_is_an_error_of_ours() {
    async fn stops(_: &Context, _: Vec<StreamRecord>) -> Result<BatchOutcome, Error> {
        Ok(BatchOutcome::FailedAt("1".to_owned()))
    }
    let lines = left(crate::stream(stops), json!({"Records": []})).await;
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    is_embedded_metric(line);
    assert_eq!((&line["outcome"], &line["ErrorType"]), (&json!("partial"), &json!("PartialBatch")));
}

#[tokio::test]
async fn no_wrapper_logs_what_somebody_wrote() {
    async fn hears(_: &Context, _: BusEvent<u64>) -> Result<(), Error> {
        panic!("what is {CANARY}?");
    }
    async fn reads(_: &Context, _: StreamRecord) -> Result<(), Error> {
        Err(Error::unavailable(format!("refused: [Condition(Some({{\"text\": S({CANARY:?})}}))]")))
    }
    async fn each(_: &Context, _: SignedIn, _: Vec<u64>) -> Result<Vec<Result<u64, Error>>, Error> {
        Ok(vec![Err(Error::internal(format!("a stored reaction is none: `{CANARY}`")))])
    }
    let stream: Value = serde_json::from_str(include_str!("../../fixtures/stream.json")).unwrap();
    let mut odd = event();
    odd["arguments"] = json!({"conversationId": [CANARY]});
    let sources = |source: Value| json!([{"identity": bob(), "source": source, "info": event()["info"]}]);
    let calls = [
        (crate::field(refuses), event()),
        (crate::field(breaks), event()),
        (crate::field(panics), event()),
        (crate::field(succeeds), odd),
        (crate::field(succeeds), json!([CANARY])),
        (crate::batch_field(each), sources(json!(1))),
        (crate::batch_field(each), sources(json!(CANARY))),
        (
            crate::event(hears),
            json!({"id": "e", "source": "s", "detail-type": "t", "time": "2026-11-22T12:00:00Z", "detail": 7}),
        ),
        (
            crate::event(hears),
            json!({"id": "e", "source": "s", "detail-type": "t", "time": CANARY, "detail": CANARY}),
        ),
        (crate::stream_each(reads), stream),
        (crate::stream_each(reads), json!({"Records": [{"eventID": "1", "eventName": CANARY}]})),
    ];
    for (index, (function, event)) in calls.into_iter().enumerate() {
        let lines = left(function, event).await;
        let last = lines.last().unwrap_or_else(|| panic!("call {index} left no line"));
        assert_eq!(last["requestId"], "1f2e3d4c-0000-4000-8000-0123456789ab");
        assert!(!json!(lines).to_string().contains(CANARY), "call {index}: {lines:?}");
    }
}

#[tokio::test]
async fn libraries_are_not_heard_below_a_warning_and_the_runtime_never() {
    let lines = logged(LevelFilter::TRACE, async {
        tracing::debug!(target: "aws_smithy_runtime::client", body = CANARY, "sends");
        tracing::error!(target: "lambda_runtime::layers::panic", "{CANARY}");
        tracing::warn!(target: "aws_smithy_runtime::client", "slow");
        tracing::trace!(target: "data::store", "asks");
    })
    .await;
    let said: Vec<_> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert_eq!(said, ["slow", "asks"]);
}

#[tokio::test]
async fn every_line_names_its_level_time_and_request() {
    async fn speaks(_: &Context, _: SignedIn, _: Arguments) -> Result<(), Error> {
        tracing::warn!(tries = 3, "it was not easy");
        Ok(())
    }
    let lines = left(crate::field(speaks), event()).await;
    let line = &lines[0];
    assert_eq!(
        (&line["level"], &line["message"], &line["tries"]),
        (&json!("WARN"), &json!("it was not easy"), &json!(3))
    );
    assert_eq!(line["timestamp"], "2026-11-18T11:06:40Z");
    assert_eq!(line["requestId"], "1f2e3d4c-0000-4000-8000-0123456789ab");
}

#[tokio::test]
async fn a_leak_would_be_seen() {
    let lines = logged(LevelFilter::INFO, async { tracing::info!("{CANARY}") }).await;
    assert!(json!(lines).to_string().contains(CANARY));
}

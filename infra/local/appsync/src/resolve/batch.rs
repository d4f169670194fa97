//! Many contexts in one invocation.

use serde_json::Value;

use crate::error::Failure;
use crate::resolve::lambda::{LambdaFailure, invoke};
use crate::resolve::request::LambdaRequest;
use crate::resolve::unit::StepOutcome;
use crate::resolve::{FieldCall, Outcome, Progress, Source, Step, Surroundings, request, unit};
use crate::script::{Effects, Ending, Handler, Script, ScriptOutcome, SkipTo};

/// Resolves a field for many parents in as few invocations as the batch size allows.
pub(super) async fn resolve(
    around: Surroundings<'_>,
    step: &Step,
    call: &FieldCall<'_>,
    parents: &[&Value],
) -> Vec<Outcome> {
    let runs: Vec<_> = parents.iter().map(|parent| (*parent, Progress::default())).collect();
    run(around, step, call, &runs).await.into_iter().map(|ended| ended.outcome).collect()
}

/// Runs a step for many parents, each as far as it has come, in as few invocations as the batch size allows.
pub(super) async fn run(
    around: Surroundings<'_>,
    step: &Step,
    call: &FieldCall<'_>,
    runs: &[(&Value, Progress)],
) -> Vec<StepOutcome> {
    let Source::Lambda(function) = &step.source else { return Vec::new() };
    let chunks = runs.chunks(step.max_batch_size.max(1)).map(|chunk| async move {
        match &step.script {
            None => direct(around, function, call, chunk).await,
            Some(script) => scripted(around, function, script, call, chunk).await,
        }
    });
    futures::future::join_all(chunks).await.into_iter().flatten().collect()
}

/// The function gets an array of contexts and answers with an array of `{data, errorMessage, errorType}`.
async fn direct(
    around: Surroundings<'_>,
    function: &str,
    call: &FieldCall<'_>,
    runs: &[(&Value, Progress)],
) -> Vec<StepOutcome> {
    let events = runs.iter().map(|(parent, progress)| call.event(around.request, parent, progress)).collect();
    let answer = invoke(around, function, Value::Array(events)).await.map_err(LambdaFailure::direct);
    let items = each(answer, runs.len()).into_iter().zip(runs);
    let ended = items.map(|(item, (_, progress))| StepOutcome {
        outcome: Outcome::new(item.and_then(unwrap)),
        stash: progress.stash.clone(),
        skip_to: None,
    });
    ended.collect()
}

/// The element of each parent; one failure for all if there is no array of the right length.
fn each(answer: Result<Value, Failure>, expected: usize) -> Vec<Result<Value, Failure>> {
    let failure = match answer {
        Ok(Value::Array(items)) if items.len() == expected => return items.into_iter().map(Ok).collect(),
        Ok(Value::Array(items)) => {
            let got = items.len();
            Failure::new(
                "Lambda:IllegalArgument",
                format!("the batch of {expected} was answered by {got} results"),
            )
        }
        Ok(_) => Failure::new("Lambda:IllegalArgument", "a batch must be answered by a list"),
        Err(failure) => failure,
    };
    vec![Err(failure); expected]
}

/// One element of a batch's answer, which may be null.
fn unwrap(mut item: Value) -> Result<Value, Failure> {
    match item {
        Value::Null => Ok(Value::Null),
        Value::Object(ref mut members) => {
            let data = members.remove("data").unwrap_or_default();
            let Some(message) = members.get("errorMessage").and_then(Value::as_str) else { return Ok(data) };
            let error_type = members.get("errorType").and_then(Value::as_str).map(str::to_owned);
            Err(Failure { message: message.to_owned(), error_type, data, error_info: Value::Null })
        }
        _ => Err(Failure::new("Lambda:IllegalArgument", "each result of a batch must be an object or null")),
    }
}

/// Handlers run per item; their payloads travel together.
async fn scripted(
    around: Surroundings<'_>,
    function: &str,
    script: &Script,
    call: &FieldCall<'_>,
    runs: &[(&Value, Progress)],
) -> Vec<StepOutcome> {
    let mut payloads = Vec::new();
    let mut waiting: Vec<Result<(Value, Effects), StepOutcome>> = Vec::new();
    let mut is_event = false;
    for (parent, progress) in runs {
        let mut ctx = call.script_context(around.engine, around.request, parent, progress);
        let ScriptOutcome { ending, stash, effects } =
            script.call(around.engine, Handler::Request, &ctx, call).await;
        match ask(ending) {
            Ok(asked) => {
                is_event |= asked.is_event;
                payloads.push(asked.payload);
                ctx["stash"] = stash;
                waiting.push(Ok((ctx, effects)));
            }
            Err((result, skip_to)) => {
                waiting.push(Err(StepOutcome { outcome: Outcome { result, effects }, stash, skip_to }));
            }
        }
    }
    let mut results = answers(around, function, payloads, is_event).await.map(Vec::into_iter);
    let mut outcomes = Vec::new();
    for item in waiting {
        outcomes.push(match item {
            Err(ended) => ended,
            Ok((mut ctx, effects)) => {
                match &mut results {
                    Ok(items) => ctx["result"] = items.next().unwrap_or_default(),
                    Err(error) => ctx["error"] = error.clone(),
                }
                respond(around, script, call, &ctx).await.after(effects)
            }
        });
    }
    outcomes
}

/// What a request handler asks for; otherwise how it ended, and where to go on.
fn ask(ending: Ending) -> Result<LambdaRequest, (Result<Value, Failure>, Option<SkipTo>)> {
    let value = match ending {
        Ending::Value(value) => value,
        Ending::Early(value, skip_to) => return Err((Ok(value), Some(skip_to))),
        Ending::Failure(failure) => return Err((Err(failure), None)),
    };
    match request::lambda(value) {
        Ok(asked) if asked.is_batch => Ok(asked),
        Ok(_) => {
            let failure = Failure::new("MappingTemplate", "a batching resolver must ask for BatchInvoke");
            Err((Err(failure), None))
        }
        Err(failure) => Err((Err(failure), None)),
    }
}

async fn answers(
    around: Surroundings<'_>,
    function: &str,
    payloads: Vec<Value>,
    is_event: bool,
) -> Result<Vec<Value>, Value> {
    let count = payloads.len();
    if count == 0 {
        return Ok(Vec::new());
    }
    if is_event {
        unit::send_event(around, function, Value::Array(payloads));
        return Ok(vec![Value::Null; count]);
    }
    match invoke(around, function, Value::Array(payloads)).await {
        Ok(Value::Array(items)) if items.len() == count => Ok(items),
        Ok(Value::Array(items)) => Err(serde_json::json!({
            "message": format!("the batch of {count} was answered by {} results", items.len()),
            "type": "Lambda:IllegalArgument",
        })),
        Ok(_) => Err(serde_json::json!({
            "message": "a batch must be answered by a list",
            "type": "Lambda:IllegalArgument",
        })),
        Err(failure) => Err(failure.for_script()),
    }
}

async fn respond(
    around: Surroundings<'_>,
    script: &Script,
    call: &FieldCall<'_>,
    ctx: &Value,
) -> StepOutcome {
    let answered = script.call(around.engine, Handler::Response, ctx, call).await;
    let result = match answered.ending {
        Ending::Value(value) | Ending::Early(value, _) => Ok(value),
        Ending::Failure(failure) => Err(failure),
    };
    let outcome = Outcome { result, effects: answered.effects };
    StepOutcome { outcome, stash: answered.stash, skip_to: None }
}

impl StepOutcome {
    fn after(self, before: Effects) -> StepOutcome {
        StepOutcome { outcome: self.outcome.after(before), ..self }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_result_stands_for_its_parent() {
        let answer = Ok(json!([{"data": 1}, {"errorMessage": "gone", "errorType": "NotFound"}, null]));
        let items: Vec<_> = each(answer, 3).into_iter().map(|item| item.and_then(unwrap)).collect();
        assert_eq!(items[0], Ok(json!(1)));
        assert_eq!(items[1], Err(Failure::new("NotFound", "gone")));
        assert_eq!(items[2], Ok(Value::Null));
    }

    #[test]
    fn a_batch_of_the_wrong_length_fails_for_all() {
        let items = each(Ok(json!([{"data": 1}])), 2);
        assert!(items.iter().all(Result::is_err));
    }

    #[test]
    fn a_thrown_error_fails_for_all() {
        let items = each(Err(Failure::new("Internal", "x")), 2);
        assert_eq!(items, vec![Err(Failure::new("Internal", "x")); 2]);
    }
}

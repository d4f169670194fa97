//! One data source, with or without a script around it.

use local_core::journal::Operation;
use serde_json::{Value, json};

use crate::resolve::lambda::{LambdaFailure, invoke};
use crate::resolve::{FieldCall, Outcome, Progress, Source, Step, Surroundings, dynamodb, request};
use crate::script::{Effects, Ending, Handler, SkipTo};

/// How a step ended.
#[derive(Debug)]
pub(super) struct StepOutcome {
    pub(super) outcome: Outcome,
    pub(super) stash: Value,
    /// The request handler ended the step early and said where to go on.
    pub(super) skip_to: Option<SkipTo>,
}

/// Resolves a unit resolver for one parent.
pub(super) async fn resolve(
    around: Surroundings<'_>,
    step: &Step,
    call: &FieldCall<'_>,
    parent: &Value,
) -> Outcome {
    run(around, step, call, parent, Progress::default()).await.outcome
}

/// Runs a step: request handler, data source, response handler.
pub(super) async fn run(
    around: Surroundings<'_>,
    step: &Step,
    call: &FieldCall<'_>,
    parent: &Value,
    progress: Progress,
) -> StepOutcome {
    let Some(script) = &step.script else {
        let Source::Lambda(function) = &step.source else {
            return StepOutcome {
                outcome: Outcome::new(Ok(Value::Null)),
                stash: progress.stash,
                skip_to: None,
            };
        };
        let event = call.event(around.request, parent, &progress);
        let result = invoke(around, function, event).await.map_err(LambdaFailure::direct);
        return StepOutcome { outcome: Outcome::new(result), stash: progress.stash, skip_to: None };
    };
    let mut ctx = call.script_context(around.engine, around.request, parent, &progress);
    let asked = script.call(around.engine, Handler::Request, &ctx, call).await;
    let mut effects = asked.effects;
    let asked_value = match asked.ending {
        Ending::Value(value) => value,
        Ending::Early(value, skip_to) => {
            let outcome = Outcome { result: Ok(value), effects };
            return StepOutcome { outcome, stash: asked.stash, skip_to: Some(skip_to) };
        }
        Ending::Failure(failure) => {
            let outcome = Outcome { result: Err(failure), effects };
            return StepOutcome { outcome, stash: asked.stash, skip_to: None };
        }
    };
    ctx["stash"] = asked.stash;
    if let Err(failure) = fill(around, &step.source, asked_value, &mut ctx).await {
        let stash = ctx["stash"].take();
        return StepOutcome { outcome: Outcome { result: Err(failure), effects }, stash, skip_to: None };
    }
    let answered = script.call(around.engine, Handler::Response, &ctx, call).await;
    effects.extend(answered.effects);
    let result = match answered.ending {
        Ending::Value(value) | Ending::Early(value, _) => Ok(value),
        Ending::Failure(failure) => Err(failure),
    };
    StepOutcome { outcome: Outcome { result, effects }, stash: answered.stash, skip_to: None }
}

/// Asks the data source and puts its answer in the context, as `result` and `error`.
async fn fill(
    around: Surroundings<'_>,
    source: &Source,
    asked: Value,
    ctx: &mut Value,
) -> Result<(), crate::error::Failure> {
    let (result, error) = match source {
        Source::None => (request::none(asked), Value::Null),
        Source::DynamoDb(table) => {
            let answered = dynamodb::call(around, table, asked).await?;
            (answered.result, answered.error)
        }
        Source::Lambda(function) => {
            let asked = request::lambda(asked)?;
            let payload = if asked.is_batch { json!([asked.payload]) } else { asked.payload };
            if asked.is_event {
                send_event(around, function, payload);
                (Value::Null, Value::Null)
            } else {
                match invoke(around, function, payload).await {
                    Ok(Value::Array(mut items)) if asked.is_batch && items.len() == 1 => {
                        (items.pop().unwrap_or_default(), Value::Null)
                    }
                    Ok(result) => (result, Value::Null),
                    Err(failure) => (Value::Null, failure.for_script()),
                }
            }
        }
    };
    ctx["result"] = result;
    ctx["error"] = error;
    Ok(())
}

/// Hands an event to a function without waiting for it. It still counts as work of the operation.
pub(super) fn send_event(around: Surroundings<'_>, function: &str, payload: Value) {
    let (invoker, function) = (around.engine.invoker.clone(), function.to_owned());
    let operation = Operation::current();
    if let Some(operation) = &operation {
        operation.with(|entry| entry.invocations.push(function.clone()));
    }
    let pending = around.engine.deliveries.begin();
    let work = async move {
        if let Err(error) = invoker.invoke(&function, payload).await {
            tracing::warn!(function, %error, "an asynchronous invocation failed");
        }
        drop(pending);
    };
    match operation {
        Some(operation) => drop(tokio::spawn(async move { operation.scope(work).await })),
        None => drop(tokio::spawn(work)),
    }
}

/// Effects of a step and of what came before it.
impl Outcome {
    pub(super) fn after(mut self, mut before: Effects) -> Outcome {
        before.extend(std::mem::take(&mut self.effects));
        Outcome { result: self.result, effects: before }
    }
}

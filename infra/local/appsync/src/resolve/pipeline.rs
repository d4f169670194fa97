//! Several functions, one after the other, within one resolver.

use serde_json::{Value, json};

use crate::resolve::{FieldCall, Outcome, Progress, Step, Surroundings, unit};
use crate::script::{Ending, Handler, Script, SkipTo};

/// Resolves a pipeline for one parent: before, functions, after.
pub(super) async fn resolve(
    around: Surroundings<'_>,
    script: &Script,
    steps: &[Step],
    call: &FieldCall<'_>,
    parent: &Value,
) -> Outcome {
    let mut progress = Progress::default();
    let ctx = call.script_context(around.engine, around.request, parent, &progress);
    let before = script.call(around.engine, Handler::Request, &ctx, call).await;
    let mut effects = before.effects;
    progress.stash = before.stash;
    let (mut last, skips_all) = match before.ending {
        Ending::Value(value) => (value, false),
        Ending::Early(value, _) => (value, true),
        Ending::Failure(failure) => return Outcome { result: Err(failure), effects },
    };
    // The value of the before handler is the first function's `prev.result`.
    progress.prev = json!({ "result": last });
    for step in steps.iter().take_while(|_| !skips_all) {
        let ran = unit::run(around, step, call, parent, progress.clone()).await;
        progress.stash = ran.stash;
        effects.extend(ran.outcome.effects);
        last = match ran.outcome.result {
            Ok(value) => value,
            Err(failure) => return Outcome { result: Err(failure), effects },
        };
        progress.prev = json!({ "result": last });
        if ran.skip_to == Some(SkipTo::End) {
            break;
        }
    }
    let mut ctx = call.script_context(around.engine, around.request, parent, &progress);
    ctx["result"] = last;
    let after = script.call(around.engine, Handler::Response, &ctx, call).await;
    let result = match after.ending {
        Ending::Value(value) | Ending::Early(value, _) => Ok(value),
        Ending::Failure(failure) => Err(failure),
    };
    Outcome { result, effects: after.effects }.after(effects)
}

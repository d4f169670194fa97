//! Several functions, one after the other, within one resolver.

use futures::future::join_all;
use serde_json::{Value, json};

use crate::error::Failure;
use crate::resolve::unit::StepOutcome;
use crate::resolve::{FieldCall, Outcome, Progress, Step, Surroundings, batch, unit};
use crate::script::{Effects, Ending, Handler, Script, SkipTo};

/// The pipeline of one parent, as far as it has come.
struct Run<'a> {
    parent: &'a Value,
    progress: Progress,
    last: Value,
    effects: Effects,
    stage: Stage,
}

/// Where a pipeline goes on.
enum Stage {
    /// At the next step.
    Steps,
    /// At the response handler of the resolver.
    End,
    /// Nowhere: something failed.
    Failed(Failure),
}

/// Resolves a pipeline for many parents: before, functions, after. They take each step at the same time, so that their
/// contexts travel together where the step has a batch size.
pub(super) async fn resolve(
    around: Surroundings<'_>,
    script: &Script,
    steps: &[Step],
    call: &FieldCall<'_>,
    parents: &[&Value],
) -> Vec<Outcome> {
    let mut runs = join_all(parents.iter().map(|parent| begin(around, script, call, parent))).await;
    for step in steps {
        take(around, step, call, &mut runs).await;
    }
    join_all(runs.into_iter().map(|run| end(around, script, call, run))).await
}

async fn begin<'a>(
    around: Surroundings<'_>,
    script: &Script,
    call: &FieldCall<'_>,
    parent: &'a Value,
) -> Run<'a> {
    let mut progress = Progress::default();
    let ctx = call.script_context(around.engine, around.request, parent, &progress);
    let before = script.call(around.engine, Handler::Request, &ctx, call).await;
    progress.stash = before.stash;
    let (last, stage) = match before.ending {
        Ending::Value(value) => (value, Stage::Steps),
        Ending::Early(value, _) => (value, Stage::End),
        Ending::Failure(failure) => (Value::Null, Stage::Failed(failure)),
    };
    // The value of the before handler is the first function's `prev.result`.
    progress.prev = json!({ "result": last });
    Run { parent, progress, last, effects: before.effects, stage }
}

/// Takes one step with all that have not ended.
async fn take(around: Surroundings<'_>, step: &Step, call: &FieldCall<'_>, runs: &mut [Run<'_>]) {
    let mut going: Vec<_> = runs.iter_mut().filter(|run| matches!(run.stage, Stage::Steps)).collect();
    let asked: Vec<_> = going.iter().map(|run| (run.parent, run.progress.clone())).collect();
    let ended = if step.max_batch_size > 0 {
        batch::run(around, step, call, &asked).await
    } else {
        let each =
            asked.into_iter().map(|(parent, progress)| unit::run(around, step, call, parent, progress));
        join_all(each).await
    };
    for (run, ended) in going.iter_mut().zip(ended) {
        run.take(ended);
    }
}

async fn end(around: Surroundings<'_>, script: &Script, call: &FieldCall<'_>, run: Run<'_>) -> Outcome {
    if let Stage::Failed(failure) = run.stage {
        return Outcome { result: Err(failure), effects: run.effects };
    }
    let mut ctx = call.script_context(around.engine, around.request, run.parent, &run.progress);
    ctx["result"] = run.last;
    let after = script.call(around.engine, Handler::Response, &ctx, call).await;
    let result = match after.ending {
        Ending::Value(value) | Ending::Early(value, _) => Ok(value),
        Ending::Failure(failure) => Err(failure),
    };
    Outcome { result, effects: after.effects }.after(run.effects)
}

impl Run<'_> {
    fn take(&mut self, ended: StepOutcome) {
        self.progress.stash = ended.stash;
        self.effects.extend(ended.outcome.effects);
        match ended.outcome.result {
            Ok(value) => {
                self.progress.prev = json!({ "result": value });
                self.last = value;
                if ended.skip_to == Some(SkipTo::End) {
                    self.stage = Stage::End;
                }
            }
            Err(failure) => self.stage = Stage::Failed(failure),
        }
    }
}

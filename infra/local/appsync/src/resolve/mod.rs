//! Getting a field's value: from functions, from scripts, or from both.

mod batch;
mod context;
mod dynamodb;
mod lambda;
mod pipeline;
mod request;
mod unit;

use serde_json::{Map, Value};

use crate::engine::Engine;
use crate::error::Failure;
use crate::request::Request;
pub(crate) use crate::resolve::context::{FieldCall, SelectionText};
pub(crate) use crate::resolve::dynamodb::Table;
use crate::script::{Effects, Script};

/// How a field gets its value, checked.
#[derive(Debug)]
pub(crate) enum ResolverPlan {
    Unit(Step),
    Pipeline { around: Script, steps: Vec<Step> },
}

/// A data source, and what is put around it.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) source: Source,
    pub(crate) script: Option<Script>,
    /// How many contexts one invocation may hold; 0 for no batching.
    pub(crate) max_batch_size: usize,
}

/// Where a value comes from.
#[derive(Debug)]
pub(crate) enum Source {
    None,
    Lambda(String),
    DynamoDb(Table),
}

/// What one run of a resolver gave.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) result: Result<Value, Failure>,
    pub(crate) effects: Effects,
}

impl Outcome {
    fn new(result: Result<Value, Failure>) -> Self {
        Outcome { result, effects: Effects::default() }
    }
}

/// What every run of every resolver of a request shares.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) request: &'a Request,
}

/// Resolves a field for many parents at once, one outcome per parent.
pub(crate) async fn resolve(
    around: Surroundings<'_>,
    plan: &ResolverPlan,
    call: &FieldCall<'_>,
    parents: &[&Value],
) -> Vec<Outcome> {
    match plan {
        ResolverPlan::Unit(step) if step.max_batch_size > 0 => {
            batch::resolve(around, step, call, parents).await
        }
        ResolverPlan::Unit(step) => {
            let runs = parents.iter().map(|parent| unit::resolve(around, step, call, parent));
            futures::future::join_all(runs).await
        }
        ResolverPlan::Pipeline { around: script, steps } => {
            pipeline::resolve(around, script, steps, call, parents).await
        }
    }
}

/// The members that change while a resolver runs: `stash`, `prev`, `result` and `error`.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    pub(crate) stash: Value,
    pub(crate) prev: Value,
}

impl Default for Progress {
    fn default() -> Self {
        Progress { stash: Value::Object(Map::new()), prev: Value::Null }
    }
}

//! Running an operation.
//!
//! Fields are resolved level by level, for all parents of a level at once: that is what lets one invocation serve
//! a whole list. Sibling fields of queries run concurrently, root fields of mutations one after the other.

mod collect;
mod complete;
mod field;
mod introspect;
mod selection;
mod set;

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use apollo_compiler::executable::{Operation, OperationType};
use apollo_compiler::{Name, Node};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::document::Prepared;
use crate::engine::Engine;
use crate::error::{Failure, GraphqlError, Path};
pub(crate) use crate::execute::collect::{FieldGroup, collect};
pub(crate) use crate::execute::complete::null_refused;
use crate::execute::set::Parent;
use crate::output::Output;
use crate::realtime;
use crate::request::Request;
use crate::script::Effects;

/// How many values an answer may have. Fields without resolvers are bounded by nothing else: aliases multiply them.
const MOST_VALUES: usize = 500_000;

/// The answer to an operation.
#[derive(Debug, Serialize)]
pub(crate) struct Response {
    pub(crate) data: Output,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) errors: Vec<GraphqlError>,
    /// Headers that scripts have added.
    #[serde(skip)]
    pub(crate) headers: Vec<(String, String)>,
}

impl Response {
    /// An answer to what was not executed.
    pub(crate) fn refused(errors: Vec<GraphqlError>) -> Self {
        Response { data: Output::NULL, errors, headers: Vec::new() }
    }

    /// `ok`, or the type of the first error.
    pub(crate) fn outcome(&self) -> String {
        match self.errors.first() {
            None => "ok".to_owned(),
            Some(error) => error.error_type().unwrap_or("ValidationError").to_owned(),
        }
    }
}

/// A null that stands for a failed value whose error is already recorded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failed;

/// A completed value, or a null that must go on to the parent.
pub(crate) type Slot = Result<Output, Failed>;

/// An operation that runs.
pub(crate) struct Execution<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) prepared: &'a Prepared,
    pub(crate) operation: &'a Node<Operation>,
    /// With defaults filled in.
    pub(crate) variables: &'a Map<String, Value>,
    pub(crate) request: &'a Request,
    state: Mutex<State>,
    resolvers: AtomicU32,
    values: AtomicUsize,
}

/// What comes together while an operation runs.
#[derive(Debug, Default)]
struct State {
    errors: Vec<GraphqlError>,
    effects: Effects,
}

impl<'a> Execution<'a> {
    pub(crate) fn new(
        engine: &'a Engine,
        prepared: &'a Prepared,
        operation: &'a Node<Operation>,
        variables: &'a Map<String, Value>,
        request: &'a Request,
    ) -> Self {
        Execution {
            engine,
            prepared,
            operation,
            variables,
            request,
            state: Mutex::default(),
            resolvers: AtomicU32::new(0),
            values: AtomicUsize::new(0),
        }
    }

    /// Runs a query or a mutation.
    pub(crate) async fn run(self) -> Response {
        let root = self.operation.object_type();
        let data = match self.operation.operation_type {
            OperationType::Mutation => self.mutation(root).await,
            _ => self.query(root).await,
        };
        self.finish(data)
    }

    /// Runs the resolver of a subscription's only field. What it gives is not sent to anybody.
    pub(crate) async fn subscribe(self, group: &FieldGroup<'a>) -> (Response, Effects) {
        let root = self.operation.object_type();
        let parents = [Parent::ROOT];
        let slots = self.field(root, group, &parents).await;
        let data = slots.into_iter().next().and_then(Result::ok).unwrap_or(Output::NULL);
        let effects = std::mem::take(&mut self.lock().effects);
        (self.finish(data), effects)
    }

    async fn query(&self, root: &'a Name) -> Output {
        let parents = [Parent::ROOT];
        let slots = self.set(root, vec![&self.operation.selection_set], &parents).await;
        slots.into_iter().next().and_then(Result::ok).unwrap_or(Output::NULL)
    }

    async fn mutation(&self, root: &'a Name) -> Output {
        let mut fields = Vec::new();
        let mut failed = false;
        for group in
            collect(self.engine, self.prepared, self.variables, root, &[&self.operation.selection_set])
        {
            let parents = [Parent::ROOT];
            match self.field(root, &group, &parents).await.pop() {
                Some(Ok(value)) => {
                    if !value.is_null() && group.key == &group.field.name {
                        realtime::publish(self.engine, &group.field.name, &value);
                    }
                    fields.push((group.key.clone(), value));
                }
                _ => failed = true,
            }
        }
        if failed { Output::NULL } else { Output::Object(fields) }
    }

    fn finish(self, data: Output) -> Response {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        Response { data, errors: state.errors, headers: state.effects.headers }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn record(&self, error: GraphqlError) {
        self.lock().errors.push(error);
    }

    /// Records why a field has no value.
    pub(super) fn record_failure(&self, group: &FieldGroup<'_>, failure: Failure, path: &Path) {
        let location = self.prepared.location(group.field);
        self.record(GraphqlError::field(failure, path, location));
    }

    /// Counts values of the answer and says whether so many more are within the limit.
    pub(super) fn count_values(&self, more: usize) -> bool {
        let before = self.values.fetch_add(more, Ordering::Relaxed);
        if before <= MOST_VALUES && before + more > MOST_VALUES {
            let message = format!("The answer exceeds the limit of {MOST_VALUES} values.");
            self.record(GraphqlError::request("ResolverExecutionLimitReached", message));
        }
        before + more <= MOST_VALUES
    }

    /// Counts runs of resolvers and says whether one more is within the limit.
    pub(super) fn count_resolver(&self) -> bool {
        self.resolvers.fetch_add(1, Ordering::Relaxed) < self.engine.resolver_limit
    }
}

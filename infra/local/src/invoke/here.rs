//! Functions in this process.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::BoxFuture;
use lambda::{Context, Function};
use local_aws::dynamodb::Faults;
use local_core::invoke::{InvokeError, Invoker};
use serde_json::Value;

use super::refused;

/// Runs functions in the task that invokes them, so that the journal sees what they call.
pub(crate) struct InProcess {
    functions: BTreeMap<String, Prepared>,
    faults: Faults,
}

/// A function with all that its template gives it.
pub(crate) struct Prepared {
    /// The code.
    pub(crate) function: Function,
    /// Its environment, its credentials and its clients.
    pub(crate) context: Context,
    /// Its time limit.
    pub(crate) timeout: Duration,
}

impl InProcess {
    /// Functions by name, and what shortens their time.
    pub(crate) fn new(functions: BTreeMap<String, Prepared>, faults: Faults) -> Self {
        InProcess { functions, faults }
    }

    async fn run(&self, name: &str, event: Value) -> Result<Value, InvokeError> {
        let prepared = self.functions.get(name).ok_or_else(|| not_linked(name))?;
        let ctx = prepared.context.for_request(&uuid::Uuid::new_v4().to_string());
        let limit = self.faults.time_limit(name).unwrap_or(prepared.timeout);
        let ctx = ctx.ending_in(limit);
        match tokio::time::timeout(limit, prepared.function.call(ctx, event)).await {
            Ok(result) => result.map_err(refused),
            Err(_) => Err(InvokeError::TimedOut { seconds: limit.as_secs() }),
        }
    }
}

/// Says it to the client as well as to the developer: both are the same person here.
fn not_linked(name: &str) -> InvokeError {
    tracing::warn!(
        function = name,
        "not linked into the local cloud: run it elsewhere and give --invoke-url"
    );
    InvokeError::Unavailable(format!(
        "{name} is not linked into the local cloud: run it with `cargo lambda watch`, and start the local cloud with \
         --invoke-url http://127.0.0.1:9000"
    ))
}

impl Invoker for InProcess {
    fn invoke<'a>(&'a self, function: &'a str, event: Value) -> BoxFuture<'a, Result<Value, InvokeError>> {
        Box::pin(self.run(function, event))
    }
}

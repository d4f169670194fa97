//! Functions in this process.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::BoxFuture;
use lambda::{Context, Function};
use local_core::invoke::{InvokeError, Invoker};
use serde_json::Value;

use super::refused;

/// Runs functions in the task that invokes them, so that the journal sees what they call.
pub(crate) struct InProcess {
    functions: BTreeMap<String, Prepared>,
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
    /// Functions by name.
    pub(crate) fn new(functions: BTreeMap<String, Prepared>) -> Self {
        InProcess { functions }
    }

    async fn run(&self, name: &str, event: Value) -> Result<Value, InvokeError> {
        let prepared = self.functions.get(name).ok_or_else(|| InvokeError::Unavailable(name.to_owned()))?;
        let ctx = prepared.context.for_request(&uuid::Uuid::new_v4().to_string());
        match tokio::time::timeout(prepared.timeout, prepared.function.call(ctx, event)).await {
            Ok(result) => result.map_err(refused),
            Err(_) => Err(InvokeError::TimedOut { seconds: prepared.timeout.as_secs() }),
        }
    }
}

impl Invoker for InProcess {
    fn invoke<'a>(&'a self, function: &'a str, event: Value) -> BoxFuture<'a, Result<Value, InvokeError>> {
        Box::pin(self.run(function, event))
    }
}

//! Functions, seen from a service that invokes them.

use futures::future::BoxFuture;
use serde_json::Value;

/// Runs functions by name, in this process or elsewhere.
pub trait Invoker: Send + Sync {
    /// Invokes a function with an event and waits for its answer.
    ///
    /// `function` is the name of the function's crate, such as `send-message`.
    fn invoke<'a>(&'a self, function: &'a str, event: Value) -> BoxFuture<'a, Result<Value, InvokeError>>;
}

/// Why an invocation has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvokeError {
    /// The function answered with an error.
    #[error("{error_type}: {message}")]
    Function {
        /// The function's own type, such as `NotFound`.
        error_type: String,
        /// The function's own words.
        message: String,
    },
    /// The function ran longer than its template allows.
    #[error("task timed out after {seconds} seconds")]
    TimedOut {
        /// The limit.
        seconds: u64,
    },
    /// No function has this name, or it cannot be reached.
    #[error("function is not available: {0}")]
    Unavailable(String),
}

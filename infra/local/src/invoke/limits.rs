//! How large events and answers of functions may be.
//!
//! Source: "Lambda quotas" and `Invoke` in the Lambda developer guide.

use std::io;
use std::sync::Arc;

use futures::future::BoxFuture;
use local_core::invoke::{InvokeError, Invoker};
use serde_json::Value;

/// The largest event of a function whose answer is awaited, in bytes.
const LARGEST_EVENT: usize = 6_291_456;

/// The largest answer, in bytes: Lambda adds a hundred for its own envelope.
const LARGEST_ANSWER: usize = LARGEST_EVENT + 100;

/// An invoker that refuses what Lambda would.
pub(crate) struct Limited {
    inner: Arc<dyn Invoker>,
}

impl Limited {
    /// Before this one.
    pub(crate) fn new(inner: Arc<dyn Invoker>) -> Self {
        Limited { inner }
    }

    async fn run(&self, function: &str, event: Value) -> Result<Value, InvokeError> {
        if size(&event) > LARGEST_EVENT {
            tracing::warn!(function, "an event of more than 6 MB");
            let reason = format!(
                "Request must be smaller than {LARGEST_EVENT} bytes for the InvokeFunction operation"
            );
            return Err(InvokeError::Unavailable(reason));
        }
        let answer = self.inner.invoke(function, event).await?;
        if size(&answer) > LARGEST_ANSWER {
            tracing::warn!(function, "an answer of more than 6 MB");
            return Err(InvokeError::Function {
                error_type: "Function.ResponseSizeTooLarge".to_owned(),
                message: format!(
                    "Response payload size exceeded maximum allowed payload size ({LARGEST_ANSWER} bytes)."
                ),
            });
        }
        Ok(answer)
    }
}

impl Invoker for Limited {
    fn invoke<'a>(&'a self, function: &'a str, event: Value) -> BoxFuture<'a, Result<Value, InvokeError>> {
        Box::pin(self.run(function, event))
    }
}

/// Counts without writing.
#[derive(Default)]
struct Counter(usize);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn size(value: &Value) -> usize {
    let mut counter = Counter::default();
    match serde_json::to_writer(&mut counter, value) {
        Ok(()) => counter.0,
        // Neither a value nor the counter can fail.
        Err(_) => usize::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers with as many letters as it is told.
    struct Letters;

    impl Invoker for Letters {
        fn invoke<'a>(&'a self, _: &'a str, event: Value) -> BoxFuture<'a, Result<Value, InvokeError>> {
            let count = event["letters"].as_u64().unwrap_or(0) as usize;
            Box::pin(async move { Ok(Value::String("x".repeat(count))) })
        }
    }

    async fn ask(event: Value) -> Result<Value, InvokeError> {
        Limited::new(Arc::new(Letters)).invoke("letters", event).await
    }

    #[tokio::test]
    async fn an_answer_of_six_megabytes_passes_and_no_larger_one() {
        let quotes = 2;
        let most = LARGEST_ANSWER - quotes;
        assert!(ask(serde_json::json!({"letters": most})).await.is_ok());
        let refused = ask(serde_json::json!({"letters": most + 1})).await.unwrap_err();
        assert!(
            matches!(refused, InvokeError::Function { error_type, .. } if error_type == "Function.ResponseSizeTooLarge")
        );
    }

    #[tokio::test]
    async fn an_event_of_six_megabytes_passes_and_no_larger_one() {
        let event = |bytes: usize| Value::String("x".repeat(bytes - 2));
        assert!(ask(event(LARGEST_EVENT)).await.is_ok());
        let refused = ask(event(LARGEST_EVENT + 1)).await.unwrap_err();
        assert!(refused.to_string().contains("must be smaller than 6291456 bytes"), "{refused}");
    }
}

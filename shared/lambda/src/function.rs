//! A function with its types erased.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use domain::Error;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde::Serialize;
use serde_json::Value;
use tokio::time::timeout_at;
use tracing::Instrument as _;

use crate::context::Context;
use crate::failure::Failure;
use crate::{invocation, name};

type Body = dyn Fn(Context, Value) -> BoxFuture<'static, Result<Value, Error>> + Send + Sync;

/// A Lambda function: from an event to an answer or a failure. Cheap to clone.
#[derive(Clone)]
pub struct Function {
    name: Arc<str>,
    body: Arc<Body>,
}

impl Function {
    /// A function with the name of its handler's crate.
    pub(crate) fn of<H, F, W>(body: F) -> Self
    where
        F: Fn(Context, Value) -> W + Send + Sync + 'static,
        W: Future<Output = Result<Value, Error>> + Send + 'static,
    {
        Function {
            name: name::of_handler::<H>().into(),
            body: Arc::new(move |ctx, event| Box::pin(body(ctx, event))),
        }
    }

    /// The name of the function's crate, such as `send-message`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs the function on one event.
    ///
    /// How it ended is logged here, in one line, and a panic is an `Internal` error of this invocation, not the end of the process.
    pub async fn call(&self, ctx: Context, event: Value) -> Result<Value, Failure> {
        let started = Instant::now();
        let span = tracing::info_span!("invocation", request_id = ctx.request_id());
        async {
            let work = AssertUnwindSafe(async { (self.body)(ctx.clone(), event).await }).catch_unwind();
            let ended = match ctx.deadline() {
                Some(deadline) => timeout_at(deadline, work)
                    .await
                    .unwrap_or_else(|_| Ok(Err(Error::unavailable("out of time")))),
                None => work.await,
            };
            let result = ended.unwrap_or_else(|panic| Err(Error::internal(panic_text(&*panic))));
            invocation::log(&self.name, &ctx, started, &result);
            result.map_err(|error| Failure::new(&error, ctx.request_id()))
        }
        .instrument(span)
        .await
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Function({})", self.name)
    }
}

/// Fixed texts only: a formatted one may quote what somebody wrote.
fn panic_text(panic: &(dyn Any + Send)) -> String {
    match panic.downcast_ref::<&'static str>() {
        Some(text) => format!("panicked: {text}"),
        None => "panicked".to_owned(),
    }
}

pub(crate) fn to_json<R: Serialize>(answer: &R) -> Result<Value, Error> {
    serde_json::to_value(answer)
        .map_err(|error| Error::internal(format!("the answer cannot be written: {error}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{bob, ctx};
    use crate::{NoArguments, SignedIn, field};

    async fn greets(ctx: &Context, caller: SignedIn, _: NoArguments) -> Result<String, Error> {
        tokio::task::yield_now().await;
        Ok(format!("{} {}", ctx.field_name(), caller.user_id))
    }

    async fn panics(_: &Context, _: SignedIn, _: NoArguments) -> Result<(), Error> {
        panic!("at the disco");
    }

    async fn breaks(_: &Context, _: SignedIn, _: NoArguments) -> Result<(), Error> {
        Err(Error::internal("row U#1 has no name"))
    }

    fn event(arguments: Value) -> Value {
        json!({"arguments": arguments, "identity": bob(), "source": null,
               "info": {"fieldName": "greet", "parentTypeName": "Query", "selectionSetList": []}})
    }

    #[tokio::test]
    async fn an_answer_comes_back_as_json() {
        let answer = field(greets).call(ctx(), event(json!({}))).await.unwrap();
        assert_eq!(answer, "greet 00000000-0000-4000-8000-00000000000b");
    }

    #[tokio::test]
    async fn null_arguments_are_none() {
        assert!(field(greets).call(ctx(), event(Value::Null)).await.is_ok());
    }

    #[tokio::test]
    async fn an_unknown_argument_is_a_bad_request() {
        let failure = field(greets).call(ctx(), event(json!({"x": 1}))).await.unwrap_err();
        assert_eq!(failure.error_type, "BadRequest");
    }

    #[tokio::test]
    async fn a_panic_ends_one_invocation_only() {
        let function = field(panics);
        for _ in 0..2 {
            let failure = function.call(ctx().for_request("r-9"), event(json!({}))).await.unwrap_err();
            assert_eq!(failure.error_type, "Internal");
            assert!(failure.error_message.ends_with("request r-9"), "{failure}");
        }
    }

    #[tokio::test]
    async fn a_bug_keeps_its_words_to_itself() {
        let failure = field(breaks).call(ctx(), event(json!({}))).await.unwrap_err();
        assert!(!failure.error_message.contains("U#1"));
    }

    #[tokio::test]
    async fn an_event_of_another_form_is_our_mistake() {
        let failure = field(greets).call(ctx(), json!([])).await.unwrap_err();
        assert_eq!(failure.error_type, "Internal");
    }
}

//! The two shapes of handlers.
//!
//! The traits are implemented by async functions and nothing else; they exist because a bound on an async function
//! that borrows its context and gives a `Send` future cannot be written in place.

use std::future::Future;

use domain::Error;

use crate::context::Context;

/// `async fn(&Context, Caller, Arguments) -> Result<Answer, Error>`.
pub trait FieldHandler<'a, C, A>: Send + Sync {
    /// What the handler gives.
    type Answer;
    /// The handler at work.
    type Work: Future<Output = Result<Self::Answer, Error>> + Send + 'a;
    /// Starts the handler.
    fn handle(&self, ctx: &'a Context, caller: C, arguments: A) -> Self::Work;
}

impl<'a, F, W, C, A, R> FieldHandler<'a, C, A> for F
where
    F: Fn(&'a Context, C, A) -> W + Send + Sync,
    W: Future<Output = Result<R, Error>> + Send + 'a,
{
    type Answer = R;
    type Work = W;
    fn handle(&self, ctx: &'a Context, caller: C, arguments: A) -> W {
        self(ctx, caller, arguments)
    }
}

/// `async fn(&Context, Event) -> Result<Answer, Error>`.
pub trait EventHandler<'a, E>: Send + Sync {
    /// What the handler gives.
    type Answer;
    /// The handler at work.
    type Work: Future<Output = Result<Self::Answer, Error>> + Send + 'a;
    /// Starts the handler.
    fn handle(&self, ctx: &'a Context, event: E) -> Self::Work;
}

impl<'a, F, W, E, R> EventHandler<'a, E> for F
where
    F: Fn(&'a Context, E) -> W + Send + Sync,
    W: Future<Output = Result<R, Error>> + Send + 'a,
{
    type Answer = R;
    type Work = W;
    fn handle(&self, ctx: &'a Context, event: E) -> W {
        self(ctx, event)
    }
}

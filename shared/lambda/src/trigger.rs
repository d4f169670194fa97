//! Functions that a service calls with an event of its own, such as Cognito's triggers.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::context::Context;
use crate::function::{Function, to_json};
use crate::handler::EventHandler;
use crate::parse::parse_ours;

/// A trigger: `async fn(&Context, Event) -> Result<Answer, Error>`.
///
/// Cognito shows the outer words of an error to whoever signs up or in.
pub fn trigger<H, E, R>(handler: H) -> Function
where
    H: for<'a> EventHandler<'a, E, Answer = R> + 'static,
    E: DeserializeOwned + Send + 'static,
    R: Serialize + Send + 'static,
{
    let handler = Arc::new(handler);
    Function::of::<H, _, _>(move |ctx: Context, event: Value| {
        let handler = Arc::clone(&handler);
        async move {
            ctx.facts().is_triggered(&event);
            let event = parse_ours::<E>("the event of a trigger", event)?;
            to_json::<R>(&handler.handle(&ctx, event).await?)
        }
    })
}

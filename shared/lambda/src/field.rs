//! Functions behind one field.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::appsync::FieldEvent;
use crate::caller::Caller;
use crate::context::Context;
use crate::function::{Function, to_json};
use crate::handler::FieldHandler;
use crate::parse::{parse, parse_ours};

/// A function behind one field: `async fn(&Context, Caller, Arguments) -> Result<Answer, Error>`.
///
/// The caller is checked before the arguments are read. Arguments that do not parse are a `BadRequest` that names
/// the argument.
pub fn field<H, C, A, R>(handler: H) -> Function
where
    H: for<'a> FieldHandler<'a, C, A, Answer = R> + 'static,
    C: Caller + 'static,
    A: DeserializeOwned + Send + 'static,
    R: Serialize + Send + 'static,
{
    let handler = Arc::new(handler);
    Function::of::<H, _, _>(move |ctx: Context, event: Value| {
        let handler = Arc::clone(&handler);
        async move {
            let event: FieldEvent = parse_ours("the event of a field", event)?;
            let ctx = ctx.within(event.info);
            let caller = C::from_identity(event.identity)?;
            ctx.facts().is_by(caller.user());
            ctx.facts().is_about(&event.arguments);
            let arguments = parse::<A>(none_as_empty(event.arguments))?;
            to_json::<R>(&handler.handle(&ctx, caller, arguments).await?)
        }
    })
}

/// A field without arguments may come with `null`.
fn none_as_empty(arguments: Value) -> Value {
    if arguments.is_null() { Value::Object(serde_json::Map::new()) } else { arguments }
}

//! Functions behind a nested field, for all parents of a page at once.

use std::sync::Arc;

use domain::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::appsync::FieldEvent;
use crate::caller::Caller;
use crate::context::Context;
use crate::failure::{self, Failure};
use crate::function::{Function, to_json};
use crate::handler::FieldHandler;
use crate::parse::parse_ours;

/// A function behind a batched field: `async fn(&Context, Caller, Vec<Source>) -> Result<Vec<Result<Answer, Error>>, Error>`.
///
/// The sources are the parents' own values, in the order of the event; the answers must have the same number and order.
/// An `Err` inside the list fails one item, an `Err` of the handler fails them all.
pub fn batch_field<H, C, S, R>(handler: H) -> Function
where
    H: for<'a> FieldHandler<'a, C, Vec<S>, Answer = Vec<Result<R, Error>>> + 'static,
    C: Caller + 'static,
    S: DeserializeOwned + Send + 'static,
    R: Serialize + Send + 'static,
{
    let handler = Arc::new(handler);
    Function::of::<H, _, _>(move |ctx: Context, event: Value| {
        let handler = Arc::clone(&handler);
        async move {
            let Some(batch) = read::<C, S>(event)? else { return Ok(json!([])) };
            let ctx = ctx.within(batch.info);
            ctx.facts().is_by(batch.caller.user());
            let expected = batch.sources.len();
            let answers = handler.handle(&ctx, batch.caller, batch.sources).await?;
            if answers.len() != expected {
                return Err(Error::internal(format!("{} answers for {expected} sources", answers.len())));
            }
            answers.into_iter().map(|answer| item::<R>(answer, ctx.request_id())).collect()
        }
    })
}

struct Batch<C, S> {
    caller: C,
    info: crate::appsync::Info,
    sources: Vec<S>,
}

/// All items of a batch come from one request, so the first tells the caller and the field.
fn read<C: Caller, S: DeserializeOwned>(event: Value) -> Result<Option<Batch<C, S>>, Error> {
    let events: Vec<FieldEvent> = parse_ours("the event of a batch", event)?;
    let mut events = events.into_iter();
    let Some(first) = events.next() else { return Ok(None) };
    let caller = C::from_identity(first.identity)?;
    let sources = std::iter::once(first.source).chain(events.map(|event| event.source));
    let sources = sources.map(|source| parse_ours("a source", source)).collect::<Result<_, _>>()?;
    Ok(Some(Batch { caller, info: first.info, sources }))
}

fn item<R: Serialize>(answer: Result<R, Error>, request_id: &str) -> Result<Value, Error> {
    match answer.and_then(|answer| to_json(&answer)) {
        Ok(data) => Ok(json!({ "data": data })),
        Err(error) => {
            failure::log(&error);
            to_json(&Failure::new(&error, request_id))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::Viewer;
    use crate::testing::{bob, ctx};

    #[derive(Deserialize)]
    struct Message {
        n: i64,
    }

    async fn doubles(
        _: &Context,
        _: Viewer,
        messages: Vec<Message>,
    ) -> Result<Vec<Result<i64, Error>>, Error> {
        Ok(messages.iter().map(|m| if m.n < 0 { Err(Error::not_found()) } else { Ok(2 * m.n) }).collect())
    }

    async fn forgets(_: &Context, _: Viewer, _: Vec<Message>) -> Result<Vec<Result<i64, Error>>, Error> {
        Ok(Vec::new())
    }

    fn event(numbers: &[i64]) -> Value {
        let info = json!({"fieldName": "double", "parentTypeName": "Message", "selectionSetList": []});
        let items = numbers.iter().map(|n| json!({"identity": bob(), "source": {"n": n}, "info": info}));
        items.collect::<Vec<_>>().into()
    }

    #[tokio::test]
    async fn each_source_has_its_answer_or_its_error() {
        let answer = batch_field(doubles).call(ctx(), event(&[1, -1, 3])).await.unwrap();
        let error = json!({"errorType": "NotFound", "errorMessage": "not found"});
        assert_eq!(answer, json!([{"data": 2}, error, {"data": 6}]));
    }

    #[tokio::test]
    async fn a_lost_answer_is_our_mistake() {
        let failure = batch_field(forgets).call(ctx(), event(&[1])).await.unwrap_err();
        assert_eq!(failure.error_type, "Internal");
    }

    #[tokio::test]
    async fn nothing_asked_is_nothing_answered() {
        assert_eq!(batch_field(doubles).call(ctx(), event(&[])).await.unwrap(), json!([]));
    }
}

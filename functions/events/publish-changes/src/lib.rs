//! The table's stream → `Mutation.publishEvents`: tells everybody concerned of what changed. Lambda calls it.
//!
//! Changes of one conversation, or of one account, are told in their order; different ones side by side. A change that
//! cannot be told is where the stream goes on: it is tried again a few times, then set aside in the dead-letter queue.
//! Telling something twice does no harm, because an event has the same id each time.

mod document;
mod found;
mod lane;
mod publication;

use data::events::{Dispatch, News, news_of};
use domain::Error;
use domain::event::EventType;
use domain::message::Message;
use futures::StreamExt as _;
use futures::future::{try_join, try_join_all};
use futures::stream;
use lambda::{BatchOutcome, Context, Function, StreamRecord};

use found::Found;
use lane::{Lane, Origin, Run};

/// How many conversations are told of at once.
const AT_ONCE: usize = 8;

/// Tells of a batch.
pub async fn handle(ctx: &Context, records: Vec<StreamRecord>) -> Result<BatchOutcome, Error> {
    let numbers: Vec<_> = records.iter().map(|record| record.sequence_number.clone()).collect();
    let (news, unreadable) = read(records);
    let lanes = stream::iter(lane::lanes(news)).map(|lane| tell(ctx, lane)).buffer_unordered(AT_ONCE);
    let failed: Vec<Origin> = lanes.filter_map(async |failed| failed).collect().await;
    let first = failed.into_iter().chain(unreadable).min();
    let number = first.and_then(|origin| numbers.into_iter().nth(origin.0));
    Ok(number.map_or(BatchOutcome::Done, BatchOutcome::FailedAt))
}

/// The news of all records up to the first that cannot be read, and which that is.
fn read(records: Vec<StreamRecord>) -> (Vec<(Origin, News)>, Option<Origin>) {
    let mut all = Vec::new();
    for (index, record) in records.into_iter().enumerate() {
        match news_of(record.old, record.new) {
            Ok(news) => all.extend(news.into_iter().map(|news| (Origin(index), news))),
            Err(error) => {
                log(&error, &record.event_id);
                return (all, Some(Origin(index)));
            }
        }
    }
    (all, None)
}

/// Tells of one lane; gives the record from which on it has to be done again.
async fn tell(ctx: &Context, lane: Lane) -> Option<Origin> {
    for run in lane.runs() {
        if let Err((failed, error)) = tell_run(ctx, run).await {
            log(&error, &lane.name);
            return lane.first_from(run.begin + failed);
        }
    }
    None
}

/// Tells of one run; an error comes with the first of the news that was not told.
async fn tell_run(ctx: &Context, run: Run<'_>) -> Result<(), (usize, Error)> {
    let begin = |error| (0, error);
    let dispatches = ctx.store().dispatches(run.news, ctx.now()).await.map_err(begin)?;
    let (found, ()) =
        try_join(Found::read(ctx, &dispatches), mark_mentions(ctx, &dispatches)).await.map_err(begin)?;
    for publication in publication::merge(dispatches, run.news, &found).map_err(begin)? {
        publication.publish(ctx).await.map_err(|error| (publication.first, error))?;
    }
    Ok(())
}

/// Before the event, so that whoever syncs because of it finds the mark.
async fn mark_mentions(ctx: &Context, dispatches: &[Dispatch]) -> Result<(), Error> {
    let mentioning = dispatches.iter().filter_map(mentioning);
    try_join_all(mentioning.map(|message| ctx.store().mention_mark(message))).await.map(drop)
}

/// The message, if its mentions are new: it was sent or edited.
fn mentioning(dispatch: &Dispatch) -> Option<&Message> {
    let message = dispatch.event.message.as_ref().filter(|message| !message.mentions.is_empty())?;
    let sent = dispatch.event.kind == EventType::MessageSent;
    (sent || message.edited_at == Some(dispatch.event.at)).then_some(message)
}

fn log(error: &Error, of: &str) {
    let inner = error.inner().unwrap_or_default();
    tracing::warn!(kind = error.kind().as_str(), inner, of, "a change was not told and will be tried again");
}

/// The function.
pub fn function() -> Function {
    lambda::stream(handle)
}

//! The table's stream → the event bus: what happened, for whoever listens. Lambda calls it.
//!
//! An announcement holds ids and the few facts that a rule chooses by, and no text of anybody; listeners read the rest.
//! It comes at least once, in the order of its conversation or account; its `id` is the same each time. Messages come
//! several in one `MessagesSent`, each with an `id` of its own.

mod announcement;

use data::events::news_of;
use domain::Error;
use lambda::{BatchOutcome, Context, Function, StreamRecord};

use announcement::announcements;

/// Announces a batch. What cannot be announced is where the stream goes on.
pub async fn handle(ctx: &Context, records: Vec<StreamRecord>) -> Result<BatchOutcome, Error> {
    let mut ready = Vec::new();
    let mut failed = None;
    let first = records.first().map(|record| record.sequence_number.clone());
    for record in records {
        match news_of(record.old, record.new) {
            Ok(news) => ready.extend(news),
            Err(error) => {
                log(&error, &record.event_id);
                failed = Some(record.sequence_number);
                break;
            }
        }
    }
    if let Err(error) = ctx.bus().announce(announcements(&ready)).await {
        log(&error, first.as_deref().unwrap_or_default());
        failed = first;
    }
    Ok(failed.map_or(BatchOutcome::Done, BatchOutcome::FailedAt))
}

fn log(error: &Error, of: &str) {
    let inner = error.inner().unwrap_or_default();
    tracing::warn!(
        kind = error.kind().as_str(),
        inner,
        of,
        "a change was not announced and will be tried again"
    );
}

/// The function.
pub fn function() -> Function {
    lambda::stream(handle)
}

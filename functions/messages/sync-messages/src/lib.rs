//! `Query.syncMessages`: what happened in a conversation after a position, for members.

use data::messages::{Extra, LogPosition, LogQuery};
use domain::Error;
use domain::event::Event;
use domain::id::ConversationId;
use domain::message::{Position, Receipt};
use domain::page::Limit;
use lambda::{Context, Function, SignedIn, field};
use serde::{Deserialize, Serialize};

/// After what.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arguments {
    conversation_id: ConversationId,
    after_seq: Position,
    after_rev: Position,
    limit: Option<Limit>,
}

/// What happened in a conversation.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageSync {
    events: Vec<Event>,
    seq: u64,
    rev: u64,
    has_more: bool,
    receipts: Vec<Receipt>,
    hidden: Vec<u64>,
    starred: Vec<u64>,
    resync: bool,
}

/// What the last page tells besides, which is read only when it is asked for.
const EXTRAS: [(&str, Extra); 3] =
    [("receipts", Extra::Receipts), ("hidden", Extra::Hidden), ("starred", Extra::Starred)];

/// Reads on from the position.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<MessageSync, Error> {
    let extras = EXTRAS.into_iter().filter(|(field, _)| ctx.selects(field)).map(|(_, extra)| extra);
    let query = LogQuery {
        after: LogPosition { seq: arguments.after_seq.get(), rev: arguments.after_rev.get() },
        limit: arguments.limit.unwrap_or_default().get(),
        extras: extras.collect(),
    };
    let slice =
        ctx.store().message_sync(&caller.user_id, &arguments.conversation_id, &query, ctx.now()).await?;
    Ok(MessageSync {
        events: slice.events,
        seq: slice.position.seq,
        rev: slice.position.rev,
        has_more: slice.has_more,
        receipts: slice.receipts,
        hidden: slice.hidden,
        starred: slice.starred,
        resync: slice.resync,
    })
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

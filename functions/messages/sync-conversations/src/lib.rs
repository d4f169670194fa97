//! `Query.syncConversations`: which of the caller's conversations changed since a cursor, for anybody signed in.
//! A cursor that cannot be read is no error: everything is sent anew.

use data::messages::Detail;
use domain::conversation::Conversation;
use domain::id::{ConversationId, UserId};
use domain::message::{Known, Receipt};
use domain::page::Limit;
use domain::{Error, ErrorKind};
use lambda::{Context, Function, SignedIn, field};
use serde::{Deserialize, Serialize};

/// Since when.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arguments {
    cursor: Option<String>,
    limit: Option<Limit>,
}

/// Conversations that changed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConversationSync {
    items: Vec<Conversation>,
    receipts: Vec<Receipt>,
    left: Vec<ConversationId>,
    cursor: String,
    has_more: bool,
    resync: bool,
}

/// The field, which a cursor is sealed for.
const FIELD: &str = "syncConversations";

/// What costs a read for each conversation, and is read only when it is asked for.
const DETAILS: [(&str, Detail); 2] =
    [("items/state/draft", Detail::Draft), ("items/description", Detail::Description)];

/// Compares what is with what the cursor knows.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: Arguments,
) -> Result<ConversationSync, Error> {
    let me = &caller.user_id;
    let known = arguments.cursor.map(|cursor| open(ctx, me, &cursor)).transpose()?;
    let resync = matches!(known, Some(None));
    let known = known.flatten().unwrap_or_default();
    let details: Vec<_> =
        DETAILS.into_iter().filter(|(field, _)| ctx.selects(field)).map(|(_, detail)| detail).collect();
    let limit = arguments.limit.unwrap_or_default().get();
    let changes = ctx.store().conversation_sync(me, known, limit, &details).await?;
    Ok(ConversationSync {
        items: changes.items,
        receipts: changes.receipts,
        left: changes.left,
        cursor: ctx.cursors().seal(FIELD, me, &changes.known)?,
        has_more: changes.has_more,
        resync,
    })
}

/// What a cursor knows; none if it is of no use.
fn open(ctx: &Context, me: &UserId, cursor: &str) -> Result<Option<Known>, Error> {
    match ctx.cursors().open(FIELD, me, cursor) {
        Ok(known) => Ok(Some(known)),
        Err(error) if error.kind() == ErrorKind::BadRequest => Ok(None),
        Err(error) => Err(error),
    }
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

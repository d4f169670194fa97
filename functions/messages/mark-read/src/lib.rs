//! `Mutation.markRead`: what the caller read, up to a number; takes the unread mark away, for members. Never goes backwards.

use data::messages::Watermark;
use domain::Error;
use domain::conversation::ConversationState;
use domain::id::ConversationId;
use domain::message::Seq;
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// Up to where.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    conversation_id: ConversationId,
    seq: Seq,
}

/// Moves the watermark. The draft is read only when it is asked for.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<Input>,
) -> Result<ConversationState, Error> {
    let Input { conversation_id, seq } = arguments.input;
    let (me, store) = (&caller.user_id, ctx.store());
    let state = store.receipt_mark(me, &conversation_id, seq.get(), Watermark::Read, ctx.now()).await?;
    let draft = if ctx.selects("draft") { store.draft_get(me, &conversation_id).await? } else { None };
    Ok(state.conversation_state(None, draft))
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

//! `Mutation.editMessage`: changes the text of one's own message within 15 minutes, for its sender.
//! `Forbidden` for others, later, or for what is no text; `LimitExceeded` after 20 edits.

use domain::Error;
use domain::id::{ConversationId, MessageId};
use domain::message::{Edited, Mentions, Message, MessageText, Place};
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// What to do.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    conversation_id: ConversationId,
    message_id: MessageId,
    text: MessageText,
    mentions: Option<Mentions>,
}

/// Edits the message.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: WithInput<Input>) -> Result<Message, Error> {
    let Input { conversation_id, message_id, text, mentions } = arguments.input;
    let place = Place { user_id: caller.user_id, conversation_id, message_id, now: ctx.now() };
    let edit = Edited { text, mentions: mentions.unwrap_or_default() };
    Ok(ctx.store().message_edit(&place, &edit).await?.at(place.now))
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

//! `Mutation.setReaction`: reacts to a message with one emoji, or changes that, for members who may see it.
//! `Forbidden` for what cannot be reacted to and in a closed conversation; `LimitExceeded` for a 21st emoji.

use domain::Error;
use domain::id::{ConversationId, MessageId};
use domain::message::{Emoji, Message, Place};
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// What to do.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    conversation_id: ConversationId,
    message_id: MessageId,
    emoji: Emoji,
}

/// Reacts to the message.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: WithInput<Input>) -> Result<Message, Error> {
    let Input { conversation_id, message_id, emoji } = arguments.input;
    let place = Place { user_id: caller.user_id, conversation_id, message_id, now: ctx.now() };
    Ok(ctx.store().reaction_set(&place, &emoji).await?.at(place.now))
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

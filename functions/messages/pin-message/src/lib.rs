//! `Mutation.pinMessage`: pins a message for everyone, for members whom the policy lets edit the info.
//! `Forbidden` for others and for what cannot be pinned; `LimitExceeded` for a fourth.

use domain::Error;
use domain::id::{ConversationId, MessageId};
use domain::message::{Message, PinDuration, Place};
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// What to do.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    conversation_id: ConversationId,
    message_id: MessageId,
    duration: Option<PinDuration>,
}

/// Pins the message.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: WithInput<Input>) -> Result<Message, Error> {
    let Input { conversation_id, message_id, duration } = arguments.input;
    let place = Place { user_id: caller.user_id, conversation_id, message_id, now: ctx.now() };
    Ok(ctx.store().pin_set(&place, duration).await?.at(place.now))
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

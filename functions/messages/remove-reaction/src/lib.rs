//! `Mutation.removeReaction`: takes the caller's reaction back, for members who may see the message.

use domain::Error;
use domain::id::{ConversationId, MessageId};
use domain::message::{Message, Place};
use lambda::{Context, Function, SignedIn, field};
use serde::Deserialize;

/// What to do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    input: Input,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Input {
    conversation_id: ConversationId,
    message_id: MessageId,
}

/// Takes the reaction back.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<Message, Error> {
    let Input { conversation_id, message_id } = arguments.input;
    let place = Place { user_id: caller.user_id, conversation_id, message_id, now: ctx.now() };
    Ok(ctx.store().reaction_remove(&place).await?.at(place.now))
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

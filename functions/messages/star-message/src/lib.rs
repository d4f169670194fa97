//! `Mutation.starMessage`: stars a message for the caller, for members who may see it.
//! `Forbidden` for what is deleted and for notices; `LimitExceeded` after 1,000 in a conversation.

use domain::Error;
use domain::id::{ConversationId, MessageId};
use domain::message::{Place, StarredMessage};
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

/// Stars the message.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<StarredMessage, Error> {
    let Input { conversation_id, message_id } = arguments.input;
    let place = Place { user_id: caller.user_id, conversation_id, message_id, now: ctx.now() };
    let starred = ctx.store().star_set(&place).await?;
    let message = starred.message.map(|message| message.at(place.now));
    Ok(StarredMessage { message, ..starred })
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

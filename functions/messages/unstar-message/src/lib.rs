//! `Mutation.unstarMessage`: takes the caller's star away, for members who may see the message.

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

/// Takes the star away.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<StarredMessage, Error> {
    let Input { conversation_id, message_id } = arguments.input;
    let place = Place { user_id: caller.user_id, conversation_id, message_id, now: ctx.now() };
    let starred = ctx.store().star_remove(&place).await?;
    let message = starred.message.map(|message| message.at(place.now));
    Ok(StarredMessage { message, ..starred })
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

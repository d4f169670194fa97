//! `Mutation.starMessage`: stars a message for the caller, for members who may see it.
//! `Forbidden` for what is deleted and for notices; `LimitExceeded` after 1,000 in a conversation.

use domain::Error;
use domain::message::{MessageRef, StarredMessage};
use lambda::{Context, Function, SignedIn, WithInput, field};

/// Stars the message.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<MessageRef>,
) -> Result<StarredMessage, Error> {
    let place = arguments.input.place(caller.user_id, ctx.now());
    let starred = ctx.store().star_set(&place).await?;
    let message = starred.message.map(|message| message.at(place.now));
    Ok(StarredMessage { message, ..starred })
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

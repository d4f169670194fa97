//! `Mutation.unstarMessage`: takes the caller's star away, for members who may see the message.

use domain::Error;
use domain::message::{MessageRef, StarredMessage};
use lambda::{Context, Function, SignedIn, WithInput, field};

/// Takes the star away.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<MessageRef>,
) -> Result<StarredMessage, Error> {
    let place = arguments.input.place(caller.user_id, ctx.now());
    let starred = ctx.store().star_remove(&place).await?;
    let message = starred.message.map(|message| message.at(place.now));
    Ok(StarredMessage { message, ..starred })
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

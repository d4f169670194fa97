//! `Mutation.unpinMessage`: unpins a message, for members whom the policy lets edit the info. `Forbidden` for others.

use domain::Error;
use domain::message::{Message, MessageRef};
use lambda::{Context, Function, SignedIn, WithInput, field};

/// Unpins the message.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<MessageRef>,
) -> Result<Message, Error> {
    let place = arguments.input.place(caller.user_id, ctx.now());
    Ok(ctx.store().pin_remove(&place).await?.at(place.now))
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

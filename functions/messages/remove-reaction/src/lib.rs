//! `Mutation.removeReaction`: takes the caller's reaction back, for members who may see the message.

use domain::Error;
use domain::message::{Message, MessageRef};
use lambda::{Context, Function, SignedIn, WithInput, field};

/// Takes the reaction back.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<MessageRef>,
) -> Result<Message, Error> {
    let place = arguments.input.place(caller.user_id, ctx.now());
    Ok(ctx.store().reaction_remove(&place).await?.at(place.now))
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

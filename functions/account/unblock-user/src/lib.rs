//! `Mutation.unblockUser`: lifts a block, for anybody signed in. Somebody who is not blocked is null and no error.

use domain::Error;
use domain::account::BlockedUser;
use domain::id::UserId;
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    user_id: UserId,
}

/// Lifts the block.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<Input>,
) -> Result<Option<BlockedUser>, Error> {
    let user_id = arguments.input.user_id;
    ctx.store().block_remove(&caller.user_id, &user_id).await
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

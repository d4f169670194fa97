//! `Mutation.blockUser`: blocks a person, for anybody signed in.
//! Whoever has an id may be blocked, so that this tells nobody whether they exist or block the caller themself.
//! `BadRequest` for oneself, `LimitExceeded` for the 1,001st.

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

/// Blocks the person.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<Input>,
) -> Result<BlockedUser, Error> {
    let user_id = arguments.input.user_id;
    if user_id == caller.user_id {
        return Err(Error::bad_request("userId: that is you"));
    }
    ctx.store().block_put(&caller.user_id, &user_id, ctx.now()).await
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

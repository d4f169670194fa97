//! `Query.getUser`: a person as the caller may see them, for anybody signed in.
//! `NotFound` for who does not exist or blocked the caller; the reads are the same for both.

use domain::Error;
use domain::account::User;
use domain::id::UserId;
use lambda::{Context, Function, SignedIn, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arguments {
    user_id: UserId,
}

/// Reads the person.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<User, Error> {
    let closeness = ctx.store().closeness_get(&caller.user_id, &arguments.user_id).await?;
    closeness.and_then(|closeness| closeness.found(ctx.now())).ok_or_else(Error::not_found)
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

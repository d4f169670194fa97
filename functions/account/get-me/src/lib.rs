//! `Query.getMe`: the caller's own account, for anybody signed in, terms accepted or not; `NotFound`
//! before it is made.

use domain::Error;
use domain::account::Me;
use lambda::{Context, Function, Newcomer, NoArguments, field};

/// Reads the account.
pub async fn handle(ctx: &Context, caller: Newcomer, _: NoArguments) -> Result<Me, Error> {
    let profile = ctx.store().profile_get(&caller.user_id).await?;
    profile.map(|profile| profile.me()).ok_or_else(Error::not_found)
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

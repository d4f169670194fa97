//! `Query.listDevices`: the caller's devices that are registered for push, for anybody signed in. Their tokens are told to nobody.

use domain::Error;
use domain::notification::Device;
use lambda::{Context, Function, NoArguments, SignedIn, field};

/// Reads them.
pub async fn handle(ctx: &Context, caller: SignedIn, _: NoArguments) -> Result<Vec<Device>, Error> {
    ctx.store().device_list(&caller.user_id).await
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

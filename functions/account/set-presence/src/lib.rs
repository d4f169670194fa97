//! `Mutation.setPresence`: says that the caller is here or away, for anybody signed in. One write.

use domain::Error;
use domain::account::{Attendance, Presence};
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// What is said.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    online: bool,
}

/// Keeps what the caller says.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: WithInput<Input>) -> Result<Presence, Error> {
    let now = ctx.now();
    let attendance = Attendance { user_id: caller.user_id, online: arguments.input.online, at: now };
    ctx.store().presence_put(&attendance).await?;
    Ok(attendance.presence(now))
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

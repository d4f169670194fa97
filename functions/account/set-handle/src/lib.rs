//! `Mutation.setHandle`: takes a handle that is free, for anybody signed in.
//! `Conflict` if somebody has it, `BadRequest` for one that is not legal, `NotFound` before the account is made.

use domain::Error;
use domain::account::{Handle, Me, Profile};
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    handle: Handle,
}

/// Takes the handle.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: WithInput<Input>) -> Result<Me, Error> {
    let change = |profile: &Profile| profile.with_handle(arguments.input.handle.clone());
    Ok(ctx.store().profile_change(&caller.user_id, ctx.now(), change).await?.me())
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn capitals_are_made_small_and_other_forms_refused() {
        let arguments: WithInput<Input> = lambda::parse(json!({"input": {"handle": "Alice"}})).unwrap();
        assert_eq!(arguments.input.handle.as_str(), "alice");
        assert!(lambda::parse::<WithInput<Input>>(json!({"input": {"handle": "a b"}})).is_err());
    }
}

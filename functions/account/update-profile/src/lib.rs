//! `Mutation.updateProfile`: changes the caller's profile, for anybody signed in.
//! `BadRequest` for a text that is not legal, `NotFound` before the account is made.

use domain::Error;
use domain::account::{Me, ProfileChange};
use lambda::{Context, Function, SignedIn, WithInput, field};

/// Changes the profile.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<ProfileChange>,
) -> Result<Me, Error> {
    let change = |profile: &domain::account::Profile| profile.with_profile(arguments.input.clone());
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
    fn bad_input_is_named() {
        let read = |input| lambda::parse::<WithInput<ProfileChange>>(json!({ "input": input }));
        assert!(
            read(json!({"displayName": "Alice", "about": "", "locale": "vi", "timeZone": "UTC"})).is_ok()
        );
        for (field, value) in [("displayName", ""), ("locale", "??"), ("timeZone", "Mars")] {
            let error = read(json!({ field: value })).unwrap_err();
            assert!(error.message().starts_with(&format!("input.{field}: ")), "{error}");
        }
        assert!(read(json!({"version": 7})).is_err());
    }
}

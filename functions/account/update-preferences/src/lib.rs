//! `Mutation.updatePreferences`: changes the caller's preferences and privacy, for anybody signed in.
//! `BadRequest` for quiet hours that are no times, `NotFound` before the account is made.

use domain::Error;
use domain::account::{Me, PreferencesChange, Profile};
use lambda::{Context, Function, SignedIn, WithInput, field};

/// Changes preferences and privacy.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<PreferencesChange>,
) -> Result<Me, Error> {
    let change = |profile: &Profile| profile.with_preferences(&arguments.input);
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
    fn everything_that_the_schema_allows_is_read() {
        let input = json!({
            "theme": "DARK", "enterToSend": false, "mediaAutoDownload": "NEVER", "notificationLevel": "MENTIONS",
            "quietHours": {"start": "22:00", "end": "07:00"}, "defaultDisappearing": "QUARTER",
            "privacy": {"lastSeen": "NOBODY", "avatar": "CONTACTS", "about": "EVERYONE", "readReceipts": false,
                        "groupInvites": "CONTACTS"},
        });
        assert!(lambda::parse::<WithInput<PreferencesChange>>(json!({ "input": input })).is_ok());
        let nulls = json!({"theme": null, "quietHours": null, "defaultDisappearing": null, "privacy": null});
        assert!(lambda::parse::<WithInput<PreferencesChange>>(json!({ "input": nulls })).is_ok());
        let error = lambda::parse::<WithInput<PreferencesChange>>(
            json!({"input": {"quietHours": {"start": "25:00", "end": "07:00"}}}),
        );
        assert!(error.unwrap_err().message().starts_with("input.quietHours"));
    }
}

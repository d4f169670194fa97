//! `Mutation.acceptTerms`: accepts a version of the terms, for anybody signed in; it is all that a newcomer may do.
//! `BadRequest` for a version that does not count, `NotFound` before the account is made.
//!
//! The tokens at hand stay those of a newcomer; the next refresh gives others.

use domain::Error;
use domain::account::{AcceptedTerms, Me, Profile};
use lambda::{Context, Function, Newcomer, WithInput, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    version: String,
}

/// Keeps the version and the time; the same version again changes nothing.
pub async fn handle(ctx: &Context, caller: Newcomer, arguments: WithInput<Input>) -> Result<Me, Error> {
    let version = arguments.input.version;
    AcceptedTerms::parse(ctx.variable("TERMS_VERSIONS").unwrap_or_default())?.check(Some(&version))?;
    let now = ctx.now();
    let change = |profile: &Profile| profile.with_terms(&version, now);
    Ok(ctx.store().profile_change(&caller.user_id, now, change).await?.me())
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
    fn a_version_is_needed_and_nothing_else_is_taken() {
        let arguments: WithInput<Input> = lambda::parse(json!({"input": {"version": "1"}})).unwrap();
        assert_eq!(arguments.input.version, "1");
        for input in [json!({}), json!({"version": 1}), json!({"version": "1", "acceptedAt": "now"})] {
            assert!(lambda::parse::<WithInput<Input>>(json!({ "input": input })).is_err());
        }
    }
}

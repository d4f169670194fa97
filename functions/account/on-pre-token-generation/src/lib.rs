//! `PreTokenGeneration`: before a person gets tokens, their account is there and is found by the address they proved.
//! Cognito calls it at every sign-in and refresh. One read, and no write unless something is missing.
//!
//! The tokens of a person who has not accepted the terms say so, see [`lambda::Newcomer`]. It adds nothing else:
//! resolvers need the `sub` and the groups, which tokens carry anyway.

use std::collections::HashMap;

use aws_lambda_events::event::cognito::{
    ClaimsAndScopeOverrideDetailsV2 as Changes, CognitoEventUserPoolsPreTokenGenV2 as Event,
    GroupConfiguration,
};
use domain::Error;
use domain::account::{NewProfile, Profile};
use lambda::{Context, Function, TERMS_CLAIM, TERMS_PENDING, trigger};
use serde_json::Value;

/// Brings the account up to date, and says in the tokens what is still to be done.
pub async fn handle(ctx: &Context, mut event: Event) -> Result<Event, Error> {
    let new = NewProfile::from_attributes(&event.request.user_attributes)?;
    let profile = match ctx.store().profile_get(&new.user_id).await? {
        // Nobody confirmed it: an administrator made the user.
        None => {
            let profile = Profile::new(&new, ctx.now())?;
            ctx.store().profile_create(&profile, new.proven_mail()).await?;
            profile
        }
        Some(profile) => {
            if let Some(mail) = new.proven_mail() {
                ctx.store().mail_change(&profile, mail).await?;
            }
            profile
        }
    };
    if !profile.has_accepted_terms() {
        event.response.claims_and_scope_override_details =
            Some(pending(event.request.group_configuration.clone()));
    }
    Ok(event)
}

/// The claim in both tokens. The groups are given back as they came, because Cognito takes an absent list for an empty one.
fn pending(groups: GroupConfiguration) -> Changes {
    let claims = || HashMap::from([(TERMS_CLAIM.to_owned(), Value::from(TERMS_PENDING))]);
    let mut changes = Changes::default();
    changes.group_override_details = groups;
    changes.id_token_generation.get_or_insert_default().claims_to_add_or_override = claims();
    changes.access_token_generation.get_or_insert_default().claims_to_add_or_override = claims();
    changes
}

/// The function.
pub fn function() -> Function {
    trigger(handle)
}

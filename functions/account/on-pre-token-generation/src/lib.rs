//! `PreTokenGeneration`: before a person gets tokens, their account is there and is found by the address they proved.
//! Cognito calls it at every sign-in and refresh. One read, and no write unless something is missing.
//!
//! It adds no claims: resolvers need the `sub` and the groups, which tokens carry anyway.

use aws_lambda_events::event::cognito::CognitoEventUserPoolsPreTokenGenV2 as Event;
use domain::Error;
use domain::account::{NewProfile, Profile};
use lambda::{Context, Function, trigger};

/// Brings the account up to date; the event goes back as it came.
pub async fn handle(ctx: &Context, event: Event) -> Result<Event, Error> {
    let new = NewProfile::from_attributes(&event.request.user_attributes)?;
    match ctx.store().profile_get(&new.user_id).await? {
        // Nobody confirmed it: an administrator made the user, or a provider vouched for them.
        None => {
            let profile = Profile::new(&new, ctx.now())?;
            ctx.store().profile_create(&profile, new.proven_mail()).await?;
        }
        Some(profile) => {
            if let Some(mail) = new.proven_mail() {
                ctx.store().mail_change(&profile, mail).await?;
            }
        }
    }
    Ok(event)
}

/// The function.
pub fn function() -> Function {
    trigger(handle)
}

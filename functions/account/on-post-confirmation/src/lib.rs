//! `PostConfirmation`: makes the account of a person who is confirmed, exactly once.
//! Cognito calls it, again when it is slow, and after a forgotten password too.

use aws_lambda_events::event::cognito::CognitoEventUserPoolsPostConfirmation as Event;
use domain::Error;
use domain::account::{NewProfile, Profile};
use lambda::{Context, Function, trigger};

/// Makes the account unless it is there; the event goes back as it came.
pub async fn handle(ctx: &Context, event: Event) -> Result<Event, Error> {
    let new = NewProfile::from_attributes(&event.request.user_attributes)?;
    let profile = Profile::new(&new, ctx.now())?;
    ctx.store().profile_create(&profile, new.proven_mail()).await?;
    Ok(event)
}

/// The function.
pub fn function() -> Function {
    trigger(handle)
}

//! `PreSignUp`: who signs up has accepted the terms and gives an address and a name that are legal; who comes by a
//! provider is linked to the account that they have. An account that an administrator makes is only checked.
//! Cognito calls it; an error's words reach whoever signs up or in.

mod arrival;

use std::collections::HashMap;

use aws_lambda_events::event::cognito::{
    CognitoEventUserPoolsPreSignup as Event, CognitoEventUserPoolsPreSignupTriggerSource as Source,
};
use domain::Error;
use domain::account::{AcceptedTerms, MailAddress, may_sign_up};
use domain::text::DisplayName;
use lambda::{Context, Function, trigger};

/// The attribute that holds the version of the terms.
const TERMS: &str = "custom:termsVersion";

/// Checks a sign-up; the event goes back as it came.
pub async fn handle(ctx: &Context, event: Event) -> Result<Event, Error> {
    let attributes = &event.request.user_attributes;
    match event.cognito_event_user_pools_header.trigger_source {
        Some(Source::ExternalProvider) => arrival::admit(ctx, &event).await?,
        Some(Source::AdminCreateUser) => drop(legal_address(attributes)?),
        _ => sign_up(ctx, &event).await?,
    }
    Ok(event)
}

async fn sign_up(ctx: &Context, event: &Event) -> Result<(), Error> {
    let attributes = &event.request.user_attributes;
    let mail = legal_address(attributes)?;
    let terms = AcceptedTerms::parse(ctx.variable("TERMS_VERSIONS").unwrap_or_default())?;
    terms.check(attributes.get(TERMS).map(String::as_str))?;
    if arrival::providers(ctx).next().is_none() {
        return Ok(());
    }
    may_sign_up(&arrival::accounts(ctx, event, &mail).await?)
}

/// The address; a name, if there is one, must be legal too.
fn legal_address(attributes: &HashMap<String, String>) -> Result<MailAddress, Error> {
    attributes.get("name").map(|name| DisplayName::parse(name)).transpose()?;
    MailAddress::parse(attributes.get("email").map_or("", String::as_str))
}

/// The function.
pub fn function() -> Function {
    trigger(handle)
}

//! `PreSignUp`: who signs up has accepted the terms and gives an address and a name that are legal.
//! Cognito calls it; an error's words reach whoever signs up. An account that an administrator makes needs no terms.

use aws_lambda_events::event::cognito::{
    CognitoEventUserPoolsPreSignup as Event, CognitoEventUserPoolsPreSignupTriggerSource as Source,
};
use domain::Error;
use domain::account::{AcceptedTerms, MailAddress};
use domain::text::DisplayName;
use lambda::{Context, Function, trigger};

/// The attribute that holds the version of the terms.
const TERMS: &str = "custom:termsVersion";

/// Checks a sign-up; the event goes back as it came.
pub async fn handle(ctx: &Context, event: Event) -> Result<Event, Error> {
    let attributes = &event.request.user_attributes;
    let attribute = |name: &str| attributes.get(name).map(String::as_str);
    MailAddress::parse(attribute("email").unwrap_or_default())?;
    attribute("name").map(DisplayName::parse).transpose()?;
    if event.cognito_event_user_pools_header.trigger_source != Some(Source::AdminCreateUser) {
        let terms = AcceptedTerms::parse(ctx.variable("TERMS_VERSIONS").unwrap_or_default())?;
        terms.check(attribute(TERMS))?;
    }
    Ok(event)
}

/// The function.
pub fn function() -> Function {
    trigger(handle)
}

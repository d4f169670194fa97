//! Who comes by a provider for the first time.

use aws_lambda_events::event::cognito::CognitoEventUserPoolsPreSignup as Event;
use domain::Error;
use domain::account::{Admission, MailAddress, Origin, PoolAccount, ProviderIdentity, admit as decide};
use lambda::Context;

/// The attribute that the templates fill with the provider's id of the person. The user name holds it too, but in small
/// letters, by which LinkedIn's ids are no longer the same.
const SUBJECT: &str = "custom:providerSubject";

/// The providers that are switched on.
pub(crate) fn providers(ctx: &Context) -> impl Iterator<Item = &str> {
    names(ctx.variable("IDENTITY_PROVIDERS"))
}

fn names(list: Option<&str>) -> impl Iterator<Item = &str> {
    list.unwrap_or_default().split(',').filter(|name| !name.is_empty())
}

/// Whether the deployment takes a provider's addresses for verified although it does not say so.
fn is_trusted(ctx: &Context, provider: &str) -> bool {
    names(ctx.variable("TRUSTED_PROVIDERS")).any(|trusted| trusted == provider)
}

/// The accounts with an address.
pub(crate) async fn accounts(
    ctx: &Context,
    event: &Event,
    mail: &MailAddress,
) -> Result<Vec<PoolAccount>, Error> {
    let mut accounts = ctx.people().by_mail(pool(event)?, mail).await?;
    for account in &mut accounts {
        let first = account.identities.first().filter(|_| account.origin == Origin::Provider);
        account.mail_proven |= first.is_some_and(|first| is_trusted(ctx, &first.provider));
    }
    Ok(accounts)
}

fn pool(event: &Event) -> Result<&str, Error> {
    let id = event.cognito_event_user_pools_header.user_pool_id.as_deref();
    id.ok_or_else(|| Error::internal("a trigger without a user pool"))
}

/// Links the person to the account that they have, or lets them have a new one.
///
/// After a link Cognito ends this sign-in with `Already found an entry for username`, because it learns of the link too
/// late; the next one succeeds. Run again, it finds the link and changes nothing.
pub(crate) async fn admit(ctx: &Context, event: &Event) -> Result<(), Error> {
    let arrival = identity(ctx, event)?;
    let mail = verified_address(ctx, event, &arrival)?;
    let accounts = accounts(ctx, event, &mail).await?;
    match decide(&arrival, &accounts)? {
        Admission::Linked => Ok(()),
        Admission::Link(account) => ctx.people().link(pool(event)?, account, &arrival).await,
        Admission::New(abandoned) => {
            for account in abandoned {
                ctx.people().remove(pool(event)?, account).await?;
            }
            Ok(())
        }
    }
}

/// Who it is, from a user name such as `google_1234`.
fn identity(ctx: &Context, event: &Event) -> Result<ProviderIdentity, Error> {
    let name = event.cognito_event_user_pools_header.user_name.as_deref().unwrap_or_default();
    let (prefix, rest) = name.split_once('_').ok_or_else(unknown)?;
    let provider =
        providers(ctx).find(|provider| provider.eq_ignore_ascii_case(prefix)).ok_or_else(unknown)?;
    let subject = event.request.user_attributes.get(SUBJECT).map_or(rest, String::as_str);
    Ok(ProviderIdentity { provider: provider.to_owned(), subject: subject.to_owned() })
}

fn unknown() -> Error {
    Error::internal("a user name that no provider begins")
}

fn verified_address(ctx: &Context, event: &Event, arrival: &ProviderIdentity) -> Result<MailAddress, Error> {
    let attributes = &event.request.user_attributes;
    let text = attributes.get("email").filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| Error::bad_request("the provider gave no email address"))?;
    let says_so = attributes.get("email_verified").is_some_and(|verified| verified == "true");
    if !says_so && !is_trusted(ctx, &arrival.provider) {
        return Err(Error::forbidden(
            "the provider has not verified your email address: verify it there, or sign up with a password",
        ));
    }
    MailAddress::parse(text)
}

//! `GET /oauth2/idpresponse`: somebody comes back from a provider.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};

use super::flow::{Flow, Parameters, read};
use super::provider::Assertion;
use super::redirect;
use super::refusal::Refusal;
use crate::cognito::{Cognito, Pools};
use crate::config::{ClientConfig, ProviderConfig};
use crate::random;
use crate::request::Metadata;
use crate::response::Failure;
use crate::store::{links, users};
use crate::triggers::sign_up::Applicant;
use crate::user::{Identity, Status, User};

/// The attribute that needs no right of the client to be written.
const VERIFIED: &str = "email_verified";

pub(super) async fn get(State(cognito): State<Cognito>, RawQuery(query): RawQuery) -> Response {
    let parameters = read(query.as_deref().unwrap_or_default());
    let arrived = cognito.pools.arrive(&parameters).await;
    arrived.map_or_else(Refusal::into_response, |location| redirect(&location))
}

/// Somebody who stands at the door.
struct Arrival<'a> {
    client: &'a ClientConfig,
    provider: &'a ProviderConfig,
    assertion: &'a Assertion,
    /// What the mapping makes of the assertion.
    attributes: BTreeMap<String, String>,
}

impl Arrival<'_> {
    /// How the pool names the account, for ever.
    fn user_name(&self, case_sensitive: bool) -> String {
        let name = format!("{}_{}", self.provider.name, self.assertion.subject);
        if case_sensitive { name } else { name.to_lowercase() }
    }
}

impl Pools {
    async fn arrive(self: &Arc<Self>, parameters: &Parameters) -> Result<String, Refusal> {
        let (text, now) = (|name: &str| parameters.get(name).map_or("", String::as_str), self.now());
        let flow = self.visits.flows.take(text("state"), now).ok_or(Refusal::Shown("invalid_request"))?;
        if let Some(error) = parameters.get("error") {
            return Err(flow.refused(error, "the provider did not say who it is"));
        }
        let assertion = self.visits.assertions.take(text("code"), now);
        let assertion =
            assertion.ok_or_else(|| flow.refused("invalid_request", "the provider's code is not valid"))?;
        match self.admit_from(&flow, &assertion).await {
            Ok(user) => Ok(self.grant(flow, user.sub)?),
            Err(failure) => Err(flow.refused("invalid_request", &failure.message)),
        }
    }

    /// The person behind an account at a provider: known, linked, or new.
    async fn admit_from(self: &Arc<Self>, flow: &Flow, assertion: &Assertion) -> Result<User, Failure> {
        let client = self.client(&flow.client_id)?;
        let provider =
            self.provider(&assertion.provider).ok_or_else(|| Failure::not_found("no such provider"))?;
        let mut attributes = mapped(provider, assertion);
        if !self.config.pool.case_sensitive
            && let Some(email) = attributes.get_mut("email")
        {
            *email = email.to_lowercase();
        }
        client.check_writable(attributes.keys().filter(|name| *name != VERIFIED))?;
        self.config.pool.check_attributes(&attributes)?;
        let arrival = Arrival { client, provider, assertion, attributes };
        let owner =
            self.store.read(|connection| links::owner(connection, &provider.name, &assertion.subject))?;
        let user = match owner {
            Some(sub) => self.welcome_back(&sub, &arrival)?,
            None => self.welcome(&arrival).await?,
        };
        self.after_authentication(&client.client_id, &user, &Metadata::new()).await?;
        Ok(user)
    }

    /// What the provider says now takes the place of what it said before, and of what the person said.
    fn welcome_back(&self, sub: &str, arrival: &Arrival<'_>) -> Result<User, Failure> {
        let (user, ()) = self.change(sub, |user| {
            if !user.enabled {
                return Err(Failure::not_authorized("User is disabled."));
            }
            user.attributes.extend(arrival.attributes.clone());
            Ok(())
        })?;
        Ok(user)
    }

    /// Makes an account, if the trigger lets it. A trigger that links the arrival to somebody else's account has come
    /// too late for this visit: as in AWS it fails, and the next one succeeds.
    async fn welcome(self: &Arc<Self>, arrival: &Arrival<'_>) -> Result<User, Failure> {
        let pool = &self.config.pool;
        pool.check_required(&arrival.attributes)?;
        let name = arrival.user_name(pool.case_sensitive);
        let mut shown = arrival.attributes.clone();
        shown.extend(
            ["cognito:email_alias", "cognito:phone_number_alias"]
                .map(|name| (name.to_owned(), String::new())),
        );
        let metadata = Metadata::new();
        let applicant = Applicant {
            user_name: &name,
            client_id: &arrival.client.client_id,
            attributes: &shown,
            validation_data: None,
            metadata: &metadata,
        };
        let decision = self.before_sign_up("PreSignUp_ExternalProvider", applicant).await?;
        let user = self.account_of(arrival, &name)?;
        let user = if decision.auto_verify_email { verified(user) } else { user };
        self.store_arrival(&user, arrival)?;
        let source = "PostConfirmation_ConfirmSignUp";
        self.after_confirmation(source, &arrival.client.client_id, &user, &metadata).await?;
        Ok(user)
    }

    fn account_of(&self, arrival: &Arrival<'_>, name: &str) -> Result<User, Failure> {
        let now = self.parts.clock.now();
        let mut user = User::new(random::uuid()?, arrival.attributes.clone(), now);
        user.status = Status::ExternalProvider;
        user.username = Some(name.to_owned());
        user.identities = vec![Identity {
            user_id: arrival.assertion.subject.clone(),
            provider_name: arrival.provider.name.clone(),
            provider_type: arrival.provider.kind.clone(),
            issuer: None,
            primary: true,
            date_created: now.as_millisecond(),
        }];
        Ok(user)
    }

    fn store_arrival(&self, user: &User, arrival: &Arrival<'_>) -> Result<(), Failure> {
        let (provider, subject) = (&arrival.provider.name, &arrival.assertion.subject);
        self.store.write(|transaction| {
            let linked = links::owner(transaction, provider, subject)?.is_some();
            if linked || !users::insert(transaction, user)? {
                let words = format!("Already found an entry for username {}", user.name());
                return Err(Failure::new("UsernameExistsException", words));
            }
            links::insert(transaction, provider, subject, &user.sub)
        })
    }
}

/// The attributes that the mapping makes of what the provider says. An address of which the provider does not say that
/// it is verified is not, even if it was before.
fn mapped(provider: &ProviderConfig, assertion: &Assertion) -> BTreeMap<String, String> {
    let pairs = provider.mapping.iter().filter(|(attribute, _)| *attribute != "username");
    let pairs = pairs.filter_map(|(attribute, claim)| Some((attribute.clone(), assertion.claim(claim)?)));
    let mut attributes: BTreeMap<String, String> = pairs.collect();
    if attributes.contains_key("email") {
        attributes.entry(VERIFIED.to_owned()).or_insert_with(|| "false".to_owned());
    }
    attributes
}

fn verified(mut user: User) -> User {
    user.verify_email();
    user
}

//! `AdminLinkProviderForUser` and `AdminDisableProviderForUser`.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::cognito::Pools;
use crate::response::Failure;
use crate::store::{families, links, users};
use crate::user::{Identity, User};

/// The provider of those who signed up here.
const HERE: &str = "Cognito";

/// How many accounts at providers one person may have. Source: the developer guide, quotas.
const MOST: usize = 5;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LinkProvider {
    user_pool_id: String,
    destination_user: ProviderUser,
    source_user: ProviderUser,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DisableProvider {
    user_pool_id: String,
    user: ProviderUser,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ProviderUser {
    #[serde(default)]
    provider_name: String,
    provider_attribute_name: Option<String>,
    #[serde(default)]
    provider_attribute_value: String,
}

impl ProviderUser {
    /// The id at the provider; attributes other than the subject are not looked up.
    fn subject(&self) -> Result<&str, Failure> {
        match self.provider_attribute_name.as_deref() {
            Some("Cognito_Subject") => Ok(&self.provider_attribute_value),
            _ => Err(Failure::invalid_parameter("ProviderAttributeName must be Cognito_Subject")),
        }
    }
}

impl Pools {
    /// Lets a person sign in by an account at a provider that nobody has come by yet.
    pub(crate) fn admin_link_provider_for_user(&self, request: LinkProvider) -> Result<Value, Failure> {
        self.check_pool(&request.user_pool_id)?;
        let source = &request.source_user;
        if source.provider_name == HERE {
            return Err(Failure::invalid_parameter(
                "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser",
            ));
        }
        let provider = self.existing_provider(&source.provider_name)?;
        let subject = source.subject()?;
        let destination = self.destination(&request.destination_user)?;
        let now = self.parts.clock.now();
        self.store.write(|transaction| {
            if let Some(owner) = links::owner(transaction, provider.0, subject)? {
                return Err(if owner == destination.sub { already_linked() } else { no_merging() });
            }
            let mut user =
                users::by_sub(transaction, &destination.sub)?.ok_or_else(Failure::user_not_found)?;
            if user.identities.len() >= MOST {
                return Err(Failure::new(
                    "LimitExceededException",
                    "The user has the most identities already",
                ));
            }
            user.identities.push(Identity {
                user_id: subject.to_owned(),
                provider_name: provider.0.to_owned(),
                provider_type: provider.1.to_owned(),
                issuer: None,
                primary: false,
                date_created: now.as_millisecond(),
            });
            user.modified_at = now;
            users::replace(transaction, &user)?;
            links::insert(transaction, provider.0, subject, &user.sub)
        })?;
        Ok(json!({}))
    }

    /// Ends the way in by a provider. Who came by it first is disabled; who signed up here loses the password.
    pub(crate) fn admin_disable_provider_for_user(&self, request: DisableProvider) -> Result<Value, Failure> {
        self.check_pool(&request.user_pool_id)?;
        let user = &request.user;
        if user.provider_name == HERE {
            let found = self.existing(&user.provider_attribute_value)?;
            self.change(&found.sub, |user| {
                user.verifier = None;
                Ok(())
            })?;
            return Ok(json!({}));
        }
        let provider = self.existing_provider(&user.provider_name)?;
        let subject = user.subject()?;
        let owner = self.store.read(|connection| links::owner(connection, provider.0, subject))?;
        let owner = owner.ok_or_else(Failure::user_not_found)?;
        let (_, disabled) = self.change(&owner, |user| {
            let is_it =
                |identity: &Identity| identity.provider_name == provider.0 && identity.user_id == subject;
            let primary = user.identities.iter().any(|identity| is_it(identity) && identity.primary);
            if primary {
                user.enabled = false;
            } else {
                user.identities.retain(|identity| !is_it(identity));
            }
            Ok(primary)
        })?;
        self.store.write(|transaction| match disabled {
            true => families::revoke_all(transaction, &owner),
            false => links::delete(transaction, provider.0, subject),
        })?;
        Ok(json!({}))
    }

    /// A provider's name and kind.
    fn existing_provider(&self, name: &str) -> Result<(&str, &str), Failure> {
        let provider = self.provider(name);
        let missing = || Failure::not_found(format!("Identity provider {name} does not exist."));
        provider.map(|provider| (provider.name.as_str(), provider.kind.as_str())).ok_or_else(missing)
    }

    /// Somebody who signed up here, by user name, or whom a provider brought, by its id of them.
    fn destination(&self, wanted: &ProviderUser) -> Result<User, Failure> {
        let value = &wanted.provider_attribute_value;
        if wanted.provider_name == HERE {
            return self.existing(value);
        }
        let owner = self.store.read(|connection| links::owner(connection, &wanted.provider_name, value))?;
        self.existing(&owner.ok_or_else(Failure::user_not_found)?)
    }
}

fn already_linked() -> Failure {
    Failure::invalid_parameter("SourceUser is already linked to DestinationUser")
}

fn no_merging() -> Failure {
    Failure::invalid_parameter(
        "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link",
    )
}

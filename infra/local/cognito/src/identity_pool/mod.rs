//! `GetId` and `GetCredentialsForIdentity`: temporary credentials for guests and members.

mod login;

use local_core::principal::Principal;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cognito::Pools;
use crate::config::IdentityPoolConfig;
use crate::identity_pool::login::Login;
use crate::random;
use crate::response::Failure;
use crate::store::identities;
use crate::user_pool::sign_in::Parameters;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetId {
    identity_pool_id: String,
    #[serde(default)]
    logins: Parameters,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetCredentials {
    identity_id: String,
    #[serde(default)]
    logins: Parameters,
}

impl Pools {
    /// The identity of a member, always the same, or a new one for a guest.
    pub(crate) fn get_id(&self, request: GetId) -> Result<Value, Failure> {
        let pool = self.identity_pool(|pool| pool.pool_id == request.identity_pool_id).ok_or_else(|| {
            Failure::not_found(format!("IdentityPool '{}' not found.", request.identity_pool_id))
        })?;
        let login = self.login(pool, &request.logins)?;
        check_guest(pool, login.as_ref())?;
        let id = self.store.write(|transaction| {
            let known = match &login {
                Some(login) => identities::by_login(transaction, &login.key)?,
                None => None,
            };
            if let Some(id) = known {
                return Ok(id);
            }
            let region = pool.pool_id.split(':').next().unwrap_or_default();
            let id = format!("{region}:{}", random::uuid()?);
            identities::insert(transaction, &id, login.as_ref().map(|login| login.key.as_str()))?;
            Ok(id)
        })?;
        Ok(json!({ "IdentityId": id }))
    }

    /// Credentials for an identity whose logins are proved. A guest who signs in becomes the member.
    pub(crate) fn get_credentials(&self, request: GetCredentials) -> Result<Value, Failure> {
        let not_found = || Failure::not_found(format!("Identity '{}' not found.", request.identity_id));
        let pool = self.identity_pool(|_| true).ok_or_else(not_found)?;
        let login = self.login(pool, &request.logins)?;
        let identity_id = self.store.write(|transaction| {
            let owner = identities::login_of(transaction, &request.identity_id)?.ok_or_else(not_found)?;
            match (owner, &login) {
                (None, None) => Ok(request.identity_id.clone()),
                (Some(owner), Some(login)) if owner == login.key => Ok(request.identity_id.clone()),
                (Some(_), Some(_)) => Err(Failure::not_authorized(
                    "Logins don't match. Please include at least one valid login for this identity or identity pool.",
                )),
                (Some(_), None) => Err(Failure::not_authorized(format!(
                    "Access to Identity '{}' is forbidden.",
                    request.identity_id
                ))),
                (None, Some(login)) => match identities::by_login(transaction, &login.key)? {
                    Some(own) => Ok(own),
                    None => {
                        identities::link(transaction, &request.identity_id, &login.key)?;
                        Ok(request.identity_id.clone())
                    }
                },
            }
        })?;
        check_guest(pool, login.as_ref())?;
        Ok(self.credentials(pool, identity_id, login))
    }

    fn credentials(&self, pool: &IdentityPoolConfig, identity_id: String, login: Option<Login>) -> Value {
        let principal = Principal::Identity {
            pool_id: pool.pool_id.clone(),
            identity_id: identity_id.clone(),
            user_sub: login.as_ref().map(|login| login.sub.clone()),
            provider: login.map(|login| login.provider),
        };
        let credentials = self.parts.issuer.issue(principal, pool.credentials_validity);
        json!({
            "IdentityId": identity_id,
            "Credentials": {
                "AccessKeyId": credentials.access_key_id,
                "SecretKey": credentials.secret_key,
                "SessionToken": credentials.session_token,
                "Expiration": credentials.expiration.as_second(),
            },
        })
    }

    fn identity_pool(&self, which: impl Fn(&IdentityPoolConfig) -> bool) -> Option<&IdentityPoolConfig> {
        self.config.identity_pool.as_ref().filter(|pool| which(pool))
    }
}

fn check_guest(pool: &IdentityPoolConfig, login: Option<&Login>) -> Result<(), Failure> {
    if login.is_some() || pool.allow_unauthenticated {
        return Ok(());
    }
    let words = "Unauthenticated access is not supported for this identity pool.";
    Err(Failure::not_authorized(words))
}

//! Proof that a member is who they say: an id token of the user pool.

use local_core::verify::TokenError;

use crate::cognito::Pools;
use crate::config::IdentityPoolConfig;
use crate::response::Failure;
use crate::store::{families, users};
use crate::tokens::keys::Use;
use crate::tokens::verify::Verified;
use crate::user_pool::sign_in::Parameters;

/// A proved login.
pub(crate) struct Login {
    /// Provider and person, which one identity belongs to.
    pub(crate) key: String,
    pub(crate) sub: String,
    /// `cognitoIdentityAuthProvider` as requests under the credentials show it.
    pub(crate) provider: String,
}

impl Pools {
    /// The login in `Logins`; none for a guest.
    pub(crate) fn login(
        &self,
        pool: &IdentityPoolConfig,
        logins: &Parameters,
    ) -> Result<Option<Login>, Failure> {
        if logins.len() > 1 {
            return Err(Failure::invalid_parameter("Please provide a single login"));
        }
        let Some((provider, token)) = logins.iter().next() else { return Ok(None) };
        let ours = [self.config.pool.provider_name(), self.config.pool.aws_provider_name()];
        if !ours.contains(provider) {
            let words = "Token is not from a supported provider of this identity pool.";
            return Err(Failure::not_authorized(words));
        }
        let verified = self.verify_token(token).map_err(|error| {
            Failure::not_authorized(match error {
                TokenError::Expired => "Invalid login token. Token expired",
                TokenError::Malformed => "Invalid login token. Not a valid OpenId Connect identity token.",
                TokenError::Refused => "Invalid login token. Token signature invalid.",
            })
        })?;
        self.check_login(pool, &verified)?;
        let (name, sub) = (self.config.pool.aws_provider_name(), verified.text("sub").to_owned());
        let provider = format!("\"{name}\",\"{name}:CognitoSignIn:{sub}\"");
        Ok(Some(Login { key: format!("{name}:{sub}"), sub, provider }))
    }

    fn check_login(&self, pool: &IdentityPoolConfig, verified: &Verified) -> Result<(), Failure> {
        if verified.used != Use::Id {
            let words = "Invalid login token. Not a valid OpenId Connect identity token.";
            return Err(Failure::not_authorized(words));
        }
        let trusted = pool.providers.iter().find(|provider| provider.client_id == verified.client_id());
        let trusted = trusted
            .ok_or_else(|| Failure::not_authorized("Invalid login token. Incorrect token audience."))?;
        if !trusted.server_side_token_check {
            return Ok(());
        }
        self.store.read(|connection| {
            let user = users::by_sub(connection, verified.text("sub"))?.filter(|user| user.enabled);
            let family = families::by_id(connection, verified.text("event_id"))?;
            match (user, family.filter(|family| !family.revoked)) {
                (Some(_), Some(_)) => Ok(()),
                _ => Err(Failure::not_authorized("Invalid login token. Token is revoked.")),
            }
        })
    }
}

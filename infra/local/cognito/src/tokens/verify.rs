//! Which tokens are believed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Validation};
use local_core::verify::TokenError;
use serde_json::Value;

use crate::cognito::Pools;
use crate::response::Failure;
use crate::store::families::{self, Family};
use crate::store::users;
use crate::tokens::claims::{Claims, SELF_SCOPE};
use crate::tokens::keys::Use;
use crate::user::User;

/// Far above any token of ours, far below what would be a burden to check.
const LONGEST: usize = 32 * 1_024;

/// Claims that hold, and what kind of token they came in.
#[derive(Debug)]
pub(crate) struct Verified {
    pub(crate) claims: Claims,
    pub(crate) used: Use,
}

impl Verified {
    pub(crate) fn text(&self, name: &str) -> &str {
        self.claims.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// The app client that the token was made for.
    pub(crate) fn client_id(&self) -> &str {
        match self.used {
            Use::Id => self.text("aud"),
            Use::Access => self.text("client_id"),
        }
    }
}

impl Pools {
    /// Checks signature, issuer, client, use and times; whether the sign-in was revoked is not asked here.
    pub(crate) fn verify_token(&self, token: &str) -> Result<Verified, TokenError> {
        let (kid, algorithm) = header(token).ok_or(TokenError::Malformed)?;
        if algorithm != "RS256" {
            return Err(TokenError::Refused);
        }
        let keys = self.keys().map_err(|_| TokenError::Refused)?;
        let (key, used) = keys.by_kid(&kid).ok_or(TokenError::Refused)?;
        let decoded = jsonwebtoken::decode::<Claims>(token, key.decoding(), &signature_only());
        let verified = Verified { claims: decoded.map_err(|_| TokenError::Refused)?.claims, used };
        let ours = verified.text("token_use") == used.name()
            && verified.text("iss") == self.config.pool.issuer()
            && self.client(verified.client_id()).is_ok();
        if !ours {
            return Err(TokenError::Refused);
        }
        self.check_times(&verified.claims)?;
        Ok(verified)
    }

    fn check_times(&self, claims: &Claims) -> Result<(), TokenError> {
        let now = self.now();
        let expires = claims.get("exp").and_then(Value::as_i64).ok_or(TokenError::Refused)?;
        if claims.get("nbf").is_some_and(|begin| begin.as_i64().is_none_or(|begin| begin > now)) {
            return Err(TokenError::Refused);
        }
        if now >= expires { Err(TokenError::Expired) } else { Ok(()) }
    }

    /// The person behind an access token, for the calls that people make about themselves.
    pub(crate) fn person(&self, access_token: &str) -> Result<(User, Family), Failure> {
        self.holder(access_token, SELF_SCOPE)
    }

    /// The person behind an access token that has a scope.
    pub(crate) fn holder(&self, access_token: &str, wanted: &str) -> Result<(User, Family), Failure> {
        let verified = self.verify_token(access_token).map_err(|error| match error {
            TokenError::Expired => Failure::not_authorized("Access Token has expired"),
            _ => Failure::not_authorized("Invalid Access Token"),
        })?;
        if verified.used != Use::Access {
            return Err(Failure::not_authorized("Invalid Access Token"));
        }
        if !verified.text("scope").split(' ').any(|scope| scope == wanted) {
            return Err(Failure::not_authorized("Access Token does not have required scopes"));
        }
        self.store.read(|connection| {
            let user =
                users::by_sub(connection, verified.text("sub"))?.ok_or_else(Failure::user_not_found)?;
            let family = families::by_id(connection, verified.text("event_id"))?;
            match family.filter(|family| !family.revoked) {
                None => Err(Failure::not_authorized("Access Token has been revoked")),
                Some(_) if !user.enabled => Err(Failure::not_authorized("User is disabled.")),
                Some(family) => Ok((user, family)),
            }
        })
    }
}

/// `kid` and `alg`, if this is a JWT at all.
fn header(token: &str) -> Option<(String, String)> {
    if token.len() > LONGEST || token.split('.').count() != 3 {
        return None;
    }
    let header: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?).ok()?;
    Some((header["kid"].as_str().unwrap_or_default().to_owned(), header["alg"].as_str()?.to_owned()))
}

/// Times and audience are ours to check: the library would ask the wall clock.
fn signature_only() -> Validation {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}

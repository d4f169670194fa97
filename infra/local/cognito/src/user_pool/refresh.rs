//! New tokens for old: `InitiateAuth REFRESH_TOKEN_AUTH` and `GetTokensFromRefreshToken`.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::cognito::Pools;
use crate::config::{AuthFlow, ClientConfig};
use crate::random;
use crate::request::Metadata;
use crate::response::Failure;
use crate::store::families::{self, Family};
use crate::store::users;
use crate::tokens::issue::SignedIn;
use crate::triggers::token::TokenSource;
use crate::user::User;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetTokensFromRefreshToken {
    client_id: String,
    refresh_token: String,
    #[serde(default)]
    client_metadata: Metadata,
}

impl Pools {
    pub(crate) async fn get_tokens_from_refresh_token(
        self: &Arc<Self>,
        request: GetTokensFromRefreshToken,
    ) -> Result<Value, Failure> {
        let client = self.client(&request.client_id)?;
        let flows = &client.explicit_auth_flows;
        if !flows.contains(&AuthFlow::RefreshToken) && client.refresh_rotation_grace.is_none() {
            let words = "REFRESH_TOKEN_AUTH flow not enabled for this client";
            return Err(Failure::invalid_parameter(words));
        }
        self.refresh(client, &request.refresh_token, &request.client_metadata).await
    }

    /// New id and access tokens of the same family; a new refresh token only where the client rotates them.
    pub(crate) async fn refresh(
        self: &Arc<Self>,
        client: &ClientConfig,
        token: &str,
        metadata: &Metadata,
    ) -> Result<Value, Failure> {
        let (user, family) = self.redeem(client, token)?;
        let source = TokenSource::RefreshTokens;
        let signed_in = SignedIn { client, user: &user, source, metadata, agreed: None };
        let mut result = self.sign_tokens(&signed_in, &family).await?;
        if let Some(grace) = client.refresh_rotation_grace {
            let fresh = random::token::<96>()?;
            let retires_at = self.now() + i64::try_from(grace.as_secs()).unwrap_or(0);
            self.store.write(|transaction| {
                families::add_token(transaction, &family.id, &fresh)?;
                families::retire_token(transaction, token, retires_at)
            })?;
            result["RefreshToken"] = json!(fresh);
        }
        Ok(json!({ "AuthenticationResult": result, "ChallengeParameters": {} }))
    }

    fn redeem(&self, client: &ClientConfig, token: &str) -> Result<(User, Family), Failure> {
        let invalid = || Failure::not_authorized("Invalid Refresh Token");
        let now = self.now();
        self.store.read(|connection| {
            let (family, retires_at) = families::by_token(connection, token)?.ok_or_else(invalid)?;
            if family.client_id != client.client_id {
                return Err(invalid());
            }
            if family.revoked || retires_at.is_some_and(|at| now >= at) {
                return Err(Failure::not_authorized("Refresh Token has been revoked"));
            }
            if now >= family.expires_at {
                return Err(Failure::not_authorized("Refresh Token has expired"));
            }
            let user = users::by_sub(connection, &family.sub)?.ok_or_else(invalid)?;
            if user.enabled { Ok((user, family)) } else { Err(Failure::not_authorized("User is disabled.")) }
        })
    }
}

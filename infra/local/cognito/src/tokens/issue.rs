//! From a person who has proved everything to a set of tokens.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::cognito::Pools;
use crate::config::ClientConfig;
use crate::random;
use crate::request::Metadata;
use crate::response::Failure;
use crate::store::families::{self, Family};
use crate::tokens::claims::{Groups, Subject};
use crate::tokens::keys::Use;
use crate::triggers::token::TokenSource;
use crate::user::User;

/// A sign-in that has passed every challenge.
pub(crate) struct SignedIn<'a> {
    pub(crate) client: &'a ClientConfig,
    pub(crate) user: &'a User,
    pub(crate) source: TokenSource,
    pub(crate) metadata: &'a Metadata,
}

impl Pools {
    /// Starts a family of tokens and answers with its first three.
    pub(crate) async fn issue(self: &Arc<Self>, signed_in: SignedIn<'_>) -> Result<Value, Failure> {
        let now = self.now();
        let validity = i64::try_from(signed_in.client.refresh_validity.as_secs()).unwrap_or(i64::MAX);
        let family = Family {
            id: random::uuid()?,
            sub: signed_in.user.sub.clone(),
            client_id: signed_in.client.client_id.clone(),
            origin_jti: random::uuid()?,
            auth_time: now,
            expires_at: now.saturating_add(validity),
            revoked: false,
        };
        let mut result = self.sign_tokens(&signed_in, &family).await?;
        let refresh_token = random::token::<96>()?;
        self.store.write(|transaction| {
            families::insert(transaction, &family, now)?;
            families::add_token(transaction, &family.id, &refresh_token)
        })?;
        result["RefreshToken"] = json!(refresh_token);
        Ok(json!({ "AuthenticationResult": result, "ChallengeParameters": {} }))
    }

    /// `AuthenticationResult` without a refresh token.
    pub(crate) async fn sign_tokens(
        self: &Arc<Self>,
        signed_in: &SignedIn<'_>,
        family: &Family,
    ) -> Result<Value, Failure> {
        let subject = Subject {
            pool: &self.config.pool,
            client: signed_in.client,
            user: signed_in.user,
            family,
            now: self.now(),
        };
        let own_groups = Groups::of(&self.config.pool, signed_in.user);
        let overrides = self.before_tokens(signed_in, &own_groups).await?;
        let groups = match &overrides {
            Some(overrides) => overrides.groups(own_groups),
            None => own_groups,
        };
        let (mut id, mut access) = (subject.id_claims()?, subject.access_claims()?);
        if let Some(overrides) = &overrides {
            overrides.apply_to_id(&mut id);
            overrides.apply_to_access(&mut access);
        }
        groups.add_to_id(&mut id);
        groups.add_to_access(&mut access);
        let pools = Arc::clone(self);
        let (id, access) = tokio::task::spawn_blocking(move || {
            let keys = pools.keys()?;
            Ok::<_, Failure>((keys.get(Use::Id).sign(&id)?, keys.get(Use::Access).sign(&access)?))
        })
        .await??;
        Ok(json!({
            "AccessToken": access,
            "IdToken": id,
            "ExpiresIn": signed_in.client.access_validity.as_secs(),
            "TokenType": "Bearer",
        }))
    }
}

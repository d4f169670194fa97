//! From a person who has proved everything to a set of tokens.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

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
    /// What was agreed with the hosted pages; none for the other ways to sign in.
    pub(crate) agreed: Option<Agreed<'a>>,
}

/// What an app asked of the hosted pages.
#[derive(Clone, Copy)]
pub(crate) struct Agreed<'a> {
    /// Scopes with spaces between them.
    pub(crate) scope: &'a str,
    pub(crate) nonce: Option<&'a str>,
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
            scope: signed_in.agreed.map(|agreed| agreed.scope.to_owned()),
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
        let overrides = self.before_tokens(signed_in, &own_groups, family.scope()).await?;
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
        let agreed = signed_in.agreed.is_some();
        if let Some(nonce) = signed_in.agreed.and_then(|agreed| agreed.nonce) {
            id.insert("nonce".to_owned(), json!(nonce));
        }
        let pools = Arc::clone(self);
        let (id, access) = tokio::task::spawn_blocking(move || {
            let keys = pools.keys()?;
            let access = keys.get(Use::Access).sign(&access)?;
            if agreed {
                id.insert("at_hash".to_owned(), json!(half_hash(&access)));
            }
            Ok::<_, Failure>((keys.get(Use::Id).sign(&id)?, access))
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

/// `at_hash`: the first half of the token's digest (OpenID Connect Core, section 3.1.3.6).
fn half_hash(token: &str) -> String {
    let digest = Sha256::digest(token);
    URL_SAFE_NO_PAD.encode(&digest[..digest.len() / 2])
}

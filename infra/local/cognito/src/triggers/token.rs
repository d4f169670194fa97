//! `PreTokenGeneration`.

use serde_json::json;

use crate::cognito::Pools;
use crate::config::TokenEventVersion;
use crate::response::Failure;
use crate::tokens::claims::Groups;
use crate::tokens::issue::SignedIn;
use crate::tokens::overrides::Overrides;
use crate::triggers::Firing;
use crate::triggers::sign_up::add_metadata;

/// What the tokens follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenSource {
    Authentication,
    NewPasswordChallenge,
    HostedPages,
    RefreshTokens,
}

impl TokenSource {
    fn name(self) -> &'static str {
        match self {
            TokenSource::Authentication => "TokenGeneration_Authentication",
            TokenSource::NewPasswordChallenge => "TokenGeneration_NewPasswordChallenge",
            TokenSource::HostedPages => "TokenGeneration_HostedAuth",
            TokenSource::RefreshTokens => "TokenGeneration_RefreshTokens",
        }
    }
}

impl Pools {
    /// Asks what the tokens shall say; none without a trigger.
    pub(crate) async fn before_tokens(
        &self,
        signed_in: &SignedIn<'_>,
        groups: &Groups,
        scope: &str,
    ) -> Result<Option<Overrides>, Failure> {
        let Some(config) = &self.config.pool.triggers.pre_token_generation else { return Ok(None) };
        let mut request = json!({
            "userAttributes": signed_in.user.event_attributes(),
            "groupConfiguration": {
                "groupsToOverride": groups.names,
                "iamRolesToOverride": groups.roles,
                "preferredRole": groups.preferred_role,
            },
        });
        add_metadata(&mut request, signed_in.metadata);
        let (version, response) = match config.version {
            TokenEventVersion::V1 => ("1", json!({ "claimsOverrideDetails": null })),
            TokenEventVersion::V2 => {
                request["scopes"] = json!(scope.split(' ').collect::<Vec<_>>());
                ("2", json!({ "claimsAndScopeOverrideDetails": null }))
            }
        };
        let firing = Firing {
            trigger: "PreTokenGeneration",
            source: signed_in.source.name(),
            version,
            user_name: signed_in.user.name(),
            client_id: &signed_in.client.client_id,
            request,
            response,
        };
        let response = self.fire(&config.function, firing).await?;
        Overrides::read(config.version, &response).map(Some)
    }
}

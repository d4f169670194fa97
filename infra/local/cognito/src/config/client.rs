//! App clients.

use std::collections::BTreeSet;
use std::str::FromStr;
use std::time::Duration;

use super::hosted::HostedConfig;

/// An app client without a secret.
#[derive(Debug, Clone)]
pub struct ClientConfig {
    /// The client's id.
    pub client_id: String,
    /// `ExplicitAuthFlows`.
    pub explicit_auth_flows: BTreeSet<AuthFlow>,
    /// `PreventUserExistenceErrors: ENABLED`.
    pub prevent_user_existence_errors: bool,
    /// Life of access tokens, 5 minutes to a day.
    pub access_validity: Duration,
    /// Life of id tokens, 5 minutes to a day.
    pub id_validity: Duration,
    /// Life of refresh tokens, an hour to ten years.
    pub refresh_validity: Duration,
    /// `EnableTokenRevocation`: tokens carry `origin_jti` and `jti`, and `RevokeToken` works.
    pub enable_token_revocation: bool,
    /// `RefreshTokenRotation` with its grace period, up to a minute; none when the feature is off.
    pub refresh_rotation_grace: Option<Duration>,
    /// `AuthSessionValidity`: how long a challenge may stay unanswered, 3 to 15 minutes.
    pub session_validity: Duration,
    /// `ReadAttributes`; none means every attribute.
    pub read_attributes: Option<BTreeSet<String>>,
    /// `WriteAttributes`; none means every attribute that a person may change.
    pub write_attributes: Option<BTreeSet<String>>,
    /// The hosted pages; none without a domain or `AllowedOAuthFlowsUserPoolClient`.
    pub hosted: Option<HostedConfig>,
}

impl ClientConfig {
    /// A client for browsers and phones: SRP, passwords and refresh, existence hidden, tokens for an hour and 30 days.
    pub fn new(client_id: impl Into<String>) -> Self {
        ClientConfig {
            client_id: client_id.into(),
            explicit_auth_flows: [AuthFlow::UserSrp, AuthFlow::UserPassword, AuthFlow::RefreshToken].into(),
            prevent_user_existence_errors: true,
            access_validity: Duration::from_secs(3_600),
            id_validity: Duration::from_secs(3_600),
            refresh_validity: Duration::from_secs(30 * 86_400),
            enable_token_revocation: true,
            refresh_rotation_grace: None,
            session_validity: Duration::from_secs(180),
            read_attributes: None,
            write_attributes: None,
            hosted: None,
        }
    }
}

/// A way to sign in, as `ExplicitAuthFlows` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuthFlow {
    /// `ALLOW_USER_SRP_AUTH`.
    UserSrp,
    /// `ALLOW_USER_PASSWORD_AUTH`.
    UserPassword,
    /// `ALLOW_REFRESH_TOKEN_AUTH`.
    RefreshToken,
    /// `ALLOW_ADMIN_USER_PASSWORD_AUTH`: accepted in a template, not served.
    AdminUserPassword,
    /// `ALLOW_CUSTOM_AUTH`: accepted in a template, not served.
    Custom,
    /// `ALLOW_USER_AUTH`: accepted in a template, not served.
    UserAuth,
}

/// The template names an auth flow that Cognito does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such auth flow: {0}")]
pub struct UnknownAuthFlow(String);

impl FromStr for AuthFlow {
    type Err = UnknownAuthFlow;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name.strip_prefix("ALLOW_").unwrap_or(name) {
            "USER_SRP_AUTH" => Ok(AuthFlow::UserSrp),
            "USER_PASSWORD_AUTH" => Ok(AuthFlow::UserPassword),
            "REFRESH_TOKEN_AUTH" => Ok(AuthFlow::RefreshToken),
            "ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH" => Ok(AuthFlow::AdminUserPassword),
            "CUSTOM_AUTH" | "CUSTOM_AUTH_FLOW_ONLY" => Ok(AuthFlow::Custom),
            "USER_AUTH" => Ok(AuthFlow::UserAuth),
            other => Err(UnknownAuthFlow(other.to_owned())),
        }
    }
}

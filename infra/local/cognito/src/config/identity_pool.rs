//! The identity pool.

use std::time::Duration;

/// An identity pool.
#[derive(Debug, Clone)]
pub struct IdentityPoolConfig {
    /// Such as `us-east-1:` and a UUID.
    pub pool_id: String,
    /// `AllowUnauthenticatedIdentities`.
    pub allow_unauthenticated: bool,
    /// `CognitoIdentityProviders`: which clients of the user pool it trusts.
    pub providers: Vec<IdentityProvider>,
    /// Life of the credentials; AWS gives an hour.
    pub credentials_validity: Duration,
}

impl IdentityPoolConfig {
    /// A pool that trusts one client of the user pool and admits guests.
    pub fn new(pool_id: impl Into<String>, client_id: impl Into<String>) -> Self {
        IdentityPoolConfig {
            pool_id: pool_id.into(),
            allow_unauthenticated: true,
            providers: vec![IdentityProvider { client_id: client_id.into(), server_side_token_check: false }],
            credentials_validity: Duration::from_secs(3_600),
        }
    }
}

/// One entry of `CognitoIdentityProviders`; the provider is always this user pool.
#[derive(Debug, Clone)]
pub struct IdentityProvider {
    /// The client whose id tokens are accepted.
    pub client_id: String,
    /// Whether revoked sign-ins and disabled people are refused.
    pub server_side_token_check: bool,
}

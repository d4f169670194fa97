//! What the template says about the pools.

mod attributes;
mod client;
mod hosted;
mod identity_pool;
mod pool;
mod triggers;

pub use attributes::{AttributeKind, AttributeSchema};
pub use client::{AuthFlow, ClientConfig, UnknownAuthFlow};
pub use hosted::{HostedConfig, ProviderConfig};
pub use identity_pool::{IdentityPoolConfig, IdentityProvider};
pub use pool::{Group, Mfa, PasswordPolicy, PoolConfig};
pub use triggers::{PreTokenGeneration, TokenEventVersion, Triggers};

/// Everything that [`crate::Cognito::open`] needs to know.
#[derive(Debug, Clone)]
pub struct Config {
    /// The user pool.
    pub pool: PoolConfig,
    /// The identity pool, if there is one.
    pub identity_pool: Option<IdentityPoolConfig>,
}

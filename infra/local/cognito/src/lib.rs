//! Cognito for a laptop: a user pool whose people sign in by email address, and an identity pool.
//!
//! [`Cognito::handle`] answers the JSON calls of both services as AWS words them, [`Cognito::router`] serves the
//! public keys, and [`Cognito`] verifies tokens for whoever asks. Passwords are kept as SRP verifiers, refresh
//! tokens as digests; everything is in one SQLite file, so that a kill loses nothing that was acknowledged.
//!
//! Where things are: `user_pool` what people do about themselves, `admin` what administrators do, `identity_pool`
//! temporary credentials, `hosted` the pages in a browser and people from providers, `tokens` signing and checking, `triggers` the functions that the pool calls, `store` the
//! tables.

mod admin;
mod attributes;
mod cognito;
mod config;
mod discovery;
mod dispatch;
mod hosted;
mod identity_pool;
mod parts;
mod password;
mod random;
mod request;
mod response;
mod sessions;
mod srp;
mod store;
#[cfg(test)]
mod tests;
mod tokens;
mod totp;
mod triggers;
mod user;
mod user_pool;

pub use cognito::{Cognito, OpenError};
pub use config::{
    AttributeKind, AttributeSchema, AuthFlow, ClientConfig, Config, Group, HostedConfig, IdentityPoolConfig,
    IdentityProvider, Mfa, PasswordPolicy, PoolConfig, PreTokenGeneration, ProviderConfig, TokenEventVersion,
    Triggers, UnknownAuthFlow,
};
pub use parts::{CredentialIssuer, Credentials, Location, Mail, MailKind, Mailer, Parts};
pub use response::Response;

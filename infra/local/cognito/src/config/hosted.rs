//! Hosted pages, and providers that people may come from.

use std::collections::{BTreeMap, BTreeSet};

/// What a client may do at the hosted pages. The only flow is the code.
#[derive(Debug, Clone, Default)]
pub struct HostedConfig {
    /// `CallbackURLs`: where codes may be sent, to the letter.
    pub callback_urls: Vec<String>,
    /// `LogoutURLs`.
    pub logout_urls: Vec<String>,
    /// `AllowedOAuthScopes`.
    pub scopes: BTreeSet<String>,
    /// `SupportedIdentityProviders`; `COGNITO` is the password.
    pub providers: BTreeSet<String>,
}

/// `AWS::Cognito::UserPoolIdentityProvider`, for which a page of our own stands in.
#[derive(Debug, Clone)]
pub struct ProviderConfig {
    /// `ProviderName`, such as `LinkedIn`; it begins the user names.
    pub name: String,
    /// `ProviderType`, such as `OIDC`.
    pub kind: String,
    /// `AttributeMapping`: what of the provider's becomes which attribute of the pool.
    pub mapping: BTreeMap<String, String>,
}

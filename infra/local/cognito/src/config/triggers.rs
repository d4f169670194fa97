//! `LambdaConfig` of the user pool.

/// Which function answers which trigger; functions are named by their crate.
#[derive(Debug, Clone, Default)]
pub struct Triggers {
    /// Before a person is stored.
    pub pre_sign_up: Option<String>,
    /// After a person is confirmed, or has set a new password by code.
    pub post_confirmation: Option<String>,
    /// Before a password is checked.
    pub pre_authentication: Option<String>,
    /// After sign-in, before the tokens.
    pub post_authentication: Option<String>,
    /// Before tokens are made.
    pub pre_token_generation: Option<PreTokenGeneration>,
    /// Before a mail is sent.
    pub custom_message: Option<String>,
}

/// `PreTokenGeneration` or `PreTokenGenerationConfig`.
#[derive(Debug, Clone)]
pub struct PreTokenGeneration {
    /// The function.
    pub function: String,
    /// Which event it is given.
    pub version: TokenEventVersion,
}

/// `LambdaVersion` of the token trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenEventVersion {
    /// Only the id token can be changed, with strings.
    V1,
    /// Both tokens can be changed, with any JSON, and the scopes too.
    V2,
}

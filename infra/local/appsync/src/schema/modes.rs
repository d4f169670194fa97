//! The modes of authentication of an API, checked against each other.

use std::mem::discriminant;

use regex::Regex;

use crate::config::{ApiConfig, AuthMode, ConfigError, DefaultAction};
use crate::schema::access::Grant;

/// The modes of an API.
#[derive(Debug)]
pub(crate) struct Modes {
    pub(crate) default: Grant,
    pub(crate) all: Vec<AuthMode>,
    /// For the app client of a user's token.
    pub(crate) client_pattern: Option<Regex>,
    /// For the token of a Lambda authorizer.
    pub(crate) token_pattern: Option<Regex>,
}

impl Modes {
    /// Refuses a mode that appears twice and `DENY` beside other modes.
    pub(crate) fn new(config: &ApiConfig) -> Result<Self, ConfigError> {
        let all: Vec<AuthMode> =
            std::iter::once(&config.default_auth).chain(&config.additional_auth).cloned().collect();
        for (index, mode) in all.iter().enumerate() {
            if all[..index].iter().any(|other| discriminant(other) == discriminant(mode)) {
                return Err(ConfigError::Auth(format!("{} appears twice", name(mode))));
            }
        }
        let mut modes =
            Modes { default: grant(&config.default_auth), all, client_pattern: None, token_pattern: None };
        for mode in &modes.all {
            match mode {
                AuthMode::UserPool { app_id_client_regex, .. } => {
                    modes.client_pattern = pattern(app_id_client_regex.as_deref())?;
                }
                AuthMode::Lambda { identity_validation_expression, .. } => {
                    modes.token_pattern = pattern(identity_validation_expression.as_deref())?;
                }
                AuthMode::ApiKey { .. } | AuthMode::Iam => {}
            }
        }
        if !modes.is_single() && modes.pool_default() == DefaultAction::Deny {
            let reason = "the default action of the user pool must be ALLOW in an API of several modes";
            return Err(ConfigError::Auth(reason.to_owned()));
        }
        Ok(modes)
    }

    pub(crate) fn is_single(&self) -> bool {
        self.all.len() == 1
    }

    pub(crate) fn admits(&self, asked: &Grant) -> bool {
        self.all.iter().any(|mode| discriminant(&grant(mode)) == discriminant(asked))
    }

    /// What the user pool does with unmarked fields.
    pub(crate) fn pool_default(&self) -> DefaultAction {
        let of_pool = |mode: &AuthMode| match mode {
            AuthMode::UserPool { default_action, .. } => Some(*default_action),
            _ => None,
        };
        self.all.iter().find_map(of_pool).unwrap_or(DefaultAction::Allow)
    }
}

fn grant(mode: &AuthMode) -> Grant {
    match mode {
        AuthMode::ApiKey { .. } => Grant::ApiKey,
        AuthMode::UserPool { .. } => Grant::UserPool(None),
        AuthMode::Iam => Grant::Iam,
        AuthMode::Lambda { .. } => Grant::Lambda,
    }
}

fn name(mode: &AuthMode) -> &'static str {
    match mode {
        AuthMode::ApiKey { .. } => "API_KEY",
        AuthMode::UserPool { .. } => "AMAZON_COGNITO_USER_POOLS",
        AuthMode::Iam => "AWS_IAM",
        AuthMode::Lambda { .. } => "AWS_LAMBDA",
    }
}

fn pattern(text: Option<&str>) -> Result<Option<Regex>, ConfigError> {
    let Some(text) = text else { return Ok(None) };
    // The patterns have to match the whole text, as Java's `matches` does.
    let whole = Regex::new(&format!("^(?:{text})$"));
    whole.map(Some).map_err(|error| ConfigError::Auth(error.to_string()))
}

//! What the template says about the pools.

use std::collections::BTreeSet;
use std::str::FromStr;
use std::time::Duration;

/// Everything that [`crate::Cognito::open`] needs to know.
#[derive(Debug, Clone)]
pub struct Config {
    /// The user pool.
    pub pool: PoolConfig,
    /// The identity pool, if there is one.
    pub identity_pool: Option<IdentityPoolConfig>,
}

/// A user pool whose people sign in with their email address (`UsernameAttributes: [email]`).
#[derive(Debug, Clone)]
pub struct PoolConfig {
    /// Such as `us-east-1_Local`. The part after the underscore enters every password proof.
    pub pool_id: String,
    /// Such as `us-east-1`.
    pub region: String,
    /// Twelve digits, for the pool's ARN.
    pub account_id: String,
    /// What stands before the pool id in `iss`, such as `http://localhost:4000`; no slash at the end.
    pub issuer_base: String,
    /// The app clients.
    pub clients: Vec<ClientConfig>,
    /// `Policies.PasswordPolicy`.
    pub password_policy: PasswordPolicy,
    /// `MfaConfiguration`; the only factor is the software token.
    pub mfa: Mfa,
    /// `AutoVerifiedAttributes` holds `email`: sign-up and a new address send a code.
    pub auto_verify_email: bool,
    /// `UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate` holds `email`.
    pub verify_email_before_update: bool,
    /// `AdminCreateUserConfig.AllowAdminCreateUserOnly`.
    pub admin_creates_only: bool,
    /// Custom attributes, and standard ones where the template changes their rules.
    pub attributes: Vec<AttributeSchema>,
    /// `LambdaConfig`.
    pub triggers: Triggers,
    /// The pool's groups.
    pub groups: Vec<Group>,
}

impl PoolConfig {
    /// A pool with AWS's defaults, one client with [`ClientConfig::new`], and email codes.
    pub fn new(
        pool_id: impl Into<String>,
        client_id: impl Into<String>,
        issuer_base: impl Into<String>,
    ) -> Self {
        let pool_id = pool_id.into();
        let region = pool_id.split('_').next().unwrap_or_default().to_owned();
        PoolConfig {
            pool_id,
            region,
            account_id: "000000000000".to_owned(),
            issuer_base: issuer_base.into(),
            clients: vec![ClientConfig::new(client_id)],
            password_policy: PasswordPolicy::default(),
            mfa: Mfa::Off,
            auto_verify_email: true,
            verify_email_before_update: false,
            admin_creates_only: false,
            attributes: Vec::new(),
            triggers: Triggers::default(),
            groups: Vec::new(),
        }
    }

    /// `iss` of the pool's tokens.
    pub fn issuer(&self) -> String {
        format!("{}/{}", self.issuer_base.trim_end_matches('/'), self.pool_id)
    }

    /// The issuer without its scheme, as a key of `Logins`.
    pub fn provider_name(&self) -> String {
        let issuer = self.issuer();
        issuer.split_once("://").map_or(issuer.clone(), |(_, rest)| rest.to_owned())
    }

    /// The name that AWS gives the pool as a provider: what `GetAtt ProviderName` yields.
    pub fn aws_provider_name(&self) -> String {
        format!("cognito-idp.{}.amazonaws.com/{}", self.region, self.pool_id)
    }

    /// The pool's ARN.
    pub fn arn(&self) -> String {
        format!("arn:aws:cognito-idp:{}:{}:userpool/{}", self.region, self.account_id, self.pool_id)
    }

    /// The part of the pool id after the underscore, which password proofs contain.
    pub(crate) fn short_name(&self) -> &str {
        self.pool_id.split_once('_').map_or(self.pool_id.as_str(), |(_, name)| name)
    }
}

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

/// `Policies.PasswordPolicy`.
#[derive(Debug, Clone)]
pub struct PasswordPolicy {
    /// 6 to 99 characters.
    pub minimum_length: usize,
    /// At least one of `a` to `z`.
    pub require_lowercase: bool,
    /// At least one of `A` to `Z`.
    pub require_uppercase: bool,
    /// At least one digit.
    pub require_numbers: bool,
    /// At least one of Cognito's symbols.
    pub require_symbols: bool,
    /// How long a password that an administrator chose can be used, in days.
    pub temporary_password_validity_days: u32,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        PasswordPolicy {
            minimum_length: 8,
            require_lowercase: true,
            require_uppercase: true,
            require_numbers: true,
            require_symbols: true,
            temporary_password_validity_days: 7,
        }
    }
}

/// `MfaConfiguration`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mfa {
    /// Nobody is asked for a second factor.
    Off,
    /// Those who set it up are asked.
    Optional,
    /// Everybody is asked, and made to set it up at the first sign-in.
    On,
}

/// One entry of `Schema`.
#[derive(Debug, Clone)]
pub struct AttributeSchema {
    /// The full name, such as `custom:termsVersion` or `name`.
    pub name: String,
    /// What values look like.
    pub kind: AttributeKind,
    /// Whether it may change after it was first set.
    pub mutable: bool,
    /// Whether sign-up needs it; only standard attributes can be required.
    pub required: bool,
}

/// `AttributeDataType` with its constraints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeKind {
    /// Characters, at least and at most.
    String {
        /// `MinLength`.
        min: usize,
        /// `MaxLength`, at most 2,048.
        max: usize,
    },
    /// A whole number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A date and time in ISO 8601 or seconds since the epoch.
    DateTime,
}

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

/// `AWS::Cognito::UserPoolGroup`.
#[derive(Debug, Clone)]
pub struct Group {
    /// The name that `cognito:groups` holds.
    pub name: String,
    /// Smaller goes first; none goes last.
    pub precedence: Option<u32>,
    /// The role that `cognito:roles` holds.
    pub role_arn: Option<String>,
    /// For people.
    pub description: Option<String>,
}

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

//! The user pool.

use super::attributes::AttributeSchema;
use super::client::ClientConfig;
use super::hosted::ProviderConfig;
use super::triggers::Triggers;

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
    /// The providers that people may come from.
    pub providers: Vec<ProviderConfig>,
    /// `UsernameConfiguration.CaseSensitive`; without it the names of people whom providers bring are in small letters.
    pub case_sensitive: bool,
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
            providers: Vec::new(),
            case_sensitive: false,
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

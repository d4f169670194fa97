//! User pools and identity pools.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::policy::Statement;

/// A user pool.
#[derive(Debug, Clone)]
pub struct UserPoolSpec {
    /// Its name in the template.
    pub logical_id: String,
    /// Such as `us-east-1_AbCdEfGhI`.
    pub pool_id: String,
    /// The pool's ARN.
    pub arn: String,
    /// The pool's name.
    pub name: String,
    /// `UsernameAttributes`.
    pub username_attributes: Vec<String>,
    /// Whether names differ by case.
    pub case_sensitive: bool,
    /// `AutoVerifiedAttributes`.
    pub auto_verified_attributes: Vec<String>,
    /// `UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate`.
    pub verified_before_update: Vec<String>,
    /// `AdminCreateUserConfig.AllowAdminCreateUserOnly`.
    pub admin_creates_only: bool,
    /// What passwords must look like.
    pub password_policy: PasswordPolicySpec,
    /// Whether a second factor is asked for.
    pub mfa: Mfa,
    /// `EnabledMfas`, such as `SOFTWARE_TOKEN_MFA`.
    pub enabled_mfas: Vec<String>,
    /// `Schema`.
    pub attributes: Vec<AttributeSpec>,
    /// Functions, named by their crates, by the keys of `LambdaConfig` such as `PreSignUp`; the token trigger is apart.
    pub triggers: BTreeMap<String, String>,
    /// The token trigger, with the version of its event.
    pub token_trigger: Option<TokenTrigger>,
    /// The app clients.
    pub clients: Vec<ClientSpec>,
    /// The groups.
    pub groups: Vec<GroupSpec>,
    /// The providers that people may come from.
    pub providers: Vec<ProviderSpec>,
    /// `AWS::Cognito::UserPoolDomain`: where the hosted pages are; none without.
    pub domain: Option<String>,
}

/// `Policies.PasswordPolicy`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordPolicySpec {
    /// Characters.
    pub minimum_length: u32,
    /// One of `a` to `z`.
    pub require_lowercase: bool,
    /// One of `A` to `Z`.
    pub require_uppercase: bool,
    /// One digit.
    pub require_numbers: bool,
    /// One of Cognito's symbols.
    pub require_symbols: bool,
    /// How long a password that an administrator chose can be used, in days.
    pub temporary_validity_days: u32,
}

/// `MfaConfiguration`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mfa {
    /// Never.
    Off,
    /// For those who set it up.
    Optional,
    /// For everybody.
    On,
}

/// One entry of `Schema`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeSpec {
    /// As tokens have it: `email`, `custom:termsVersion`.
    pub name: String,
    /// What values look like.
    pub kind: AttributeKind,
    /// Whether it may change.
    pub mutable: bool,
    /// Whether sign-up needs it.
    pub required: bool,
}

/// `AttributeDataType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeKind {
    /// Characters, at least and at most.
    String {
        /// `MinLength`.
        min: u32,
        /// `MaxLength`.
        max: u32,
    },
    /// A whole number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A date and time.
    DateTime,
}

/// The function that the pool calls before it makes tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenTrigger {
    /// The function, by the name of its crate.
    pub function: String,
    /// Which event it is given.
    pub version: TokenTriggerVersion,
}

/// `LambdaVersion` of the token trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenTriggerVersion {
    /// `V1_0`: the id token only.
    V1,
    /// `V2_0`: both tokens.
    V2,
    /// `V3_0`: client credentials too.
    V3,
}

/// An app client.
#[derive(Debug, Clone)]
pub struct ClientSpec {
    /// Its name in the template.
    pub logical_id: String,
    /// The client's id.
    pub client_id: String,
    /// The client's name.
    pub name: String,
    /// `GenerateSecret`.
    pub has_secret: bool,
    /// `ExplicitAuthFlows`, such as `ALLOW_USER_SRP_AUTH`.
    pub auth_flows: Vec<String>,
    /// `PreventUserExistenceErrors: ENABLED`.
    pub hides_existence: bool,
    /// `EnableTokenRevocation`.
    pub token_revocation: bool,
    /// Life of access tokens.
    pub access_validity: Duration,
    /// Life of id tokens.
    pub id_validity: Duration,
    /// Life of refresh tokens.
    pub refresh_validity: Duration,
    /// `RefreshTokenRotation` with its grace period; none when it is off.
    pub refresh_rotation_grace: Option<Duration>,
    /// `AuthSessionValidity`: how long a challenge may stay unanswered.
    pub session_validity: Duration,
    /// `ReadAttributes`; none for all.
    pub read_attributes: Option<Vec<String>>,
    /// `WriteAttributes`; none for all.
    pub write_attributes: Option<Vec<String>>,
    /// What it may do at the hosted pages; none without `AllowedOAuthFlowsUserPoolClient`.
    pub hosted: Option<HostedSpec>,
}

/// The hosted pages as a client uses them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostedSpec {
    /// `CallbackURLs`.
    pub callback_urls: Vec<String>,
    /// `LogoutURLs`.
    pub logout_urls: Vec<String>,
    /// `AllowedOAuthScopes`.
    pub scopes: Vec<String>,
    /// `SupportedIdentityProviders`.
    pub providers: Vec<String>,
}

/// `AWS::Cognito::UserPoolIdentityProvider`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderSpec {
    /// `ProviderName`.
    pub name: String,
    /// `ProviderType`, such as `OIDC`.
    pub kind: String,
    /// `AttributeMapping`: attributes of the pool, and what of the provider's fills them.
    pub mapping: BTreeMap<String, String>,
}

/// A group of a user pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupSpec {
    /// The group's name.
    pub name: String,
    /// The smaller goes first.
    pub precedence: Option<u32>,
    /// The role that its members take.
    pub role_arn: Option<String>,
    /// For people.
    pub description: Option<String>,
}

/// An identity pool.
#[derive(Debug, Clone)]
pub struct IdentityPoolSpec {
    /// Its name in the template.
    pub logical_id: String,
    /// Such as `us-east-1:` and a UUID.
    pub pool_id: String,
    /// Whether guests get credentials.
    pub allow_guests: bool,
    /// Whose tokens it takes.
    pub providers: Vec<IdentityProviderSpec>,
    /// What signed-in people may do; none without a role.
    pub member_statements: Option<Vec<Statement>>,
    /// What guests may do; none without a role.
    pub guest_statements: Option<Vec<Statement>>,
}

/// A user pool's client as an identity pool trusts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityProviderSpec {
    /// The client.
    pub client_id: String,
    /// The user pool as a provider.
    pub provider_name: String,
    /// Whether revoked sign-ins and disabled people are refused.
    pub server_side_token_check: bool,
}

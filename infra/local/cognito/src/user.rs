//! A person of the pool, as stored.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::response::Failure;
use crate::srp::Verifier;
use crate::totp::SoftwareToken;

/// `UserStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    Unconfirmed,
    Confirmed,
    ForceChangePassword,
    ResetRequired,
    ExternalProvider,
}

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Status::Unconfirmed => "UNCONFIRMED",
            Status::Confirmed => "CONFIRMED",
            Status::ForceChangePassword => "FORCE_CHANGE_PASSWORD",
            Status::ResetRequired => "RESET_REQUIRED",
            Status::ExternalProvider => "EXTERNAL_PROVIDER",
        }
    }
}

/// What a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Purpose {
    SignUp,
    Password,
    Email,
}

impl Purpose {
    /// Sign-up and address codes live for a day, password codes for an hour, as in AWS.
    fn lifetime(self) -> i64 {
        match self {
            Purpose::SignUp | Purpose::Email => 86_400,
            Purpose::Password => 3_600,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Purpose::SignUp => "sign-up",
            Purpose::Password => "password",
            Purpose::Email => "email",
        }
    }
}

/// A code that was mailed. A newer one takes its place.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Code {
    value: String,
    expires_at: i64,
}

/// An account at a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Identity {
    /// The provider's id of the person, in its own letters.
    pub(crate) user_id: String,
    pub(crate) provider_name: String,
    pub(crate) provider_type: String,
    /// For SAML only.
    pub(crate) issuer: Option<String>,
    /// Whether the person came by it first, rather than having it linked to them.
    pub(crate) primary: bool,
    /// In milliseconds since the epoch.
    pub(crate) date_created: i64,
}

/// A person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) sub: String,
    pub(crate) status: Status,
    pub(crate) enabled: bool,
    /// All attributes but `sub`; `email` is always there.
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) verifier: Option<Verifier>,
    /// When a password that an administrator chose ends, in seconds since the epoch.
    pub(crate) temporary_until: Option<i64>,
    pub(crate) codes: BTreeMap<Purpose, Code>,
    /// A new address that waits for its code.
    pub(crate) pending_email: Option<String>,
    pub(crate) totp: Option<SoftwareToken>,
    pub(crate) pending_totp: Option<SoftwareToken>,
    pub(crate) mfa_enabled: bool,
    pub(crate) mfa_preferred: bool,
    pub(crate) groups: BTreeSet<String>,
    /// `provider_subject` of somebody whom a provider brought. The others are named by their `sub`, because the email
    /// address is only an alias.
    #[serde(default)]
    pub(crate) username: Option<String>,
    /// Accounts at providers by which this person signs in.
    #[serde(default)]
    pub(crate) identities: Vec<Identity>,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
}

impl User {
    pub(crate) fn new(sub: String, attributes: BTreeMap<String, String>, now: Timestamp) -> Self {
        User {
            sub,
            status: Status::Unconfirmed,
            enabled: true,
            attributes,
            verifier: None,
            temporary_until: None,
            codes: BTreeMap::new(),
            pending_email: None,
            totp: None,
            pending_totp: None,
            mfa_enabled: false,
            mfa_preferred: false,
            groups: BTreeSet::new(),
            username: None,
            identities: Vec::new(),
            created_at: now,
            modified_at: now,
        }
    }

    /// `userName`.
    pub(crate) fn name(&self) -> &str {
        self.username.as_deref().unwrap_or(&self.sub)
    }

    pub(crate) fn email(&self) -> &str {
        self.attributes.get("email").map_or("", String::as_str)
    }

    pub(crate) fn email_is_verified(&self) -> bool {
        self.attributes.get("email_verified").is_some_and(|verified| verified == "true")
    }

    pub(crate) fn verify_email(&mut self) {
        self.attributes.insert("email_verified".to_owned(), "true".to_owned());
    }

    /// Whether sign-in asks for the software token.
    pub(crate) fn has_mfa(&self) -> bool {
        self.totp.is_some() && self.mfa_enabled
    }

    pub(crate) fn put_code(&mut self, purpose: Purpose, value: String, now: i64) {
        self.codes.insert(purpose, Code { value, expires_at: now + purpose.lifetime() });
    }

    /// Takes the code if it is the right one; a wrong or expired one stays.
    pub(crate) fn take_code(&mut self, purpose: Purpose, value: &str, now: i64) -> Result<(), Failure> {
        let code = self.codes.get(&purpose).ok_or_else(Failure::code_expired)?;
        if code.value != value {
            return Err(Failure::code_mismatch());
        }
        if now >= code.expires_at {
            return Err(Failure::code_expired());
        }
        self.codes.remove(&purpose);
        Ok(())
    }

    /// `UserAttributes` of an answer.
    pub(crate) fn attribute_list(&self) -> Vec<Value> {
        let own = self.attributes.iter().map(|(name, value)| json!({ "Name": name, "Value": value }));
        let identities = self.identities_text().map(|text| json!({ "Name": "identities", "Value": text }));
        std::iter::once(json!({ "Name": "sub", "Value": self.sub })).chain(own).chain(identities).collect()
    }

    /// `userAttributes` of a trigger's event: strings, whatever their type.
    pub(crate) fn event_attributes(&self) -> Map<String, Value> {
        let own = self.attributes.iter().map(|(name, value)| (name.clone(), json!(value)));
        let extra = [("sub", json!(self.sub)), ("cognito:user_status", json!(self.status.name()))];
        let identities = self.identities_text().map(|text| ("identities".to_owned(), json!(text)));
        let extra = extra.into_iter().map(|(name, value)| (name.to_owned(), value));
        extra.chain(own).chain(identities).collect()
    }

    /// The attribute `identities`; none without any.
    fn identities_text(&self) -> Option<String> {
        (!self.identities.is_empty()).then(|| json!(self.identities).to_string())
    }

    /// `UserMFASettingList` and `PreferredMfaSetting`, if there is something to say.
    pub(crate) fn add_mfa_settings(&self, answer: &mut Value) {
        if self.has_mfa() {
            answer["UserMFASettingList"] = json!(["SOFTWARE_TOKEN_MFA"]);
        }
        if self.has_mfa() && self.mfa_preferred {
            answer["PreferredMfaSetting"] = json!("SOFTWARE_TOKEN_MFA");
        }
    }
}

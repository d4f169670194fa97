//! What tokens say before the trigger has its way.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::config::{ClientConfig, Group, PoolConfig};
use crate::random;
use crate::response::Failure;
use crate::store::families::Family;
use crate::user::{Identity, User};

/// The scope that lets a person call the pool about themselves.
pub(crate) const SELF_SCOPE: &str = "aws.cognito.signin.user.admin";

/// Claims by name.
pub(crate) type Claims = Map<String, Value>;

/// Everything that a pair of tokens is made from.
pub(crate) struct Subject<'a> {
    pub(crate) pool: &'a PoolConfig,
    pub(crate) client: &'a ClientConfig,
    pub(crate) user: &'a User,
    pub(crate) family: &'a Family,
    /// Seconds since the epoch.
    pub(crate) now: i64,
}

/// `cognito:groups`, `cognito:roles` and `cognito:preferred_role`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Groups {
    pub(crate) names: Vec<String>,
    pub(crate) roles: Vec<String>,
    pub(crate) preferred_role: Option<String>,
}

impl Groups {
    /// The person's groups, the most important first.
    pub(crate) fn of(pool: &PoolConfig, user: &User) -> Self {
        let mut groups: Vec<&Group> =
            pool.groups.iter().filter(|group| user.groups.contains(&group.name)).collect();
        groups.sort_by_key(|group| (group.precedence.unwrap_or(u32::MAX), group.name.clone()));
        let roles: Vec<String> = groups.iter().filter_map(|group| group.role_arn.clone()).collect();
        // Two roles of the same rank leave the choice to the identity pool.
        let best = groups.first().map(|group| group.precedence);
        let rivals = groups.iter().filter(|group| Some(group.precedence) == best && group.role_arn.is_some());
        let preferred_role = if rivals.count() == 1 { roles.first().cloned() } else { None };
        Groups { names: groups.iter().map(|group| group.name.clone()).collect(), roles, preferred_role }
    }

    fn add_names(&self, claims: &mut Claims) {
        if !self.names.is_empty() {
            claims.insert("cognito:groups".to_owned(), json!(self.names));
        }
    }

    pub(crate) fn add_to_access(&self, claims: &mut Claims) {
        self.add_names(claims);
    }

    pub(crate) fn add_to_id(&self, claims: &mut Claims) {
        self.add_names(claims);
        if !self.roles.is_empty() {
            claims.insert("cognito:roles".to_owned(), json!(self.roles));
        }
        if let Some(role) = &self.preferred_role {
            claims.insert("cognito:preferred_role".to_owned(), json!(role));
        }
    }
}

impl Subject<'_> {
    /// The id token's claims, without groups.
    pub(crate) fn id_claims(&self) -> Result<Claims, Failure> {
        let mut claims = self.common("id", self.client.id_validity)?;
        claims.insert("aud".to_owned(), json!(self.client.client_id));
        claims.insert("cognito:username".to_owned(), json!(self.user.name()));
        if !self.user.identities.is_empty() {
            claims.insert("identities".to_owned(), identities(self.user));
        }
        for (name, value) in &self.user.attributes {
            if self.client.may_read(name) {
                claims.insert(name.clone(), typed(name, value));
            }
        }
        Ok(claims)
    }

    /// The access token's claims, without groups.
    pub(crate) fn access_claims(&self) -> Result<Claims, Failure> {
        let mut claims = self.common("access", self.client.access_validity)?;
        claims.insert("client_id".to_owned(), json!(self.client.client_id));
        claims.insert("scope".to_owned(), json!(self.family.scope()));
        claims.insert("username".to_owned(), json!(self.user.name()));
        if self.family.scope.is_some() {
            claims.insert("version".to_owned(), json!(2));
        }
        Ok(claims)
    }

    fn common(&self, token_use: &str, validity: Duration) -> Result<Claims, Failure> {
        let jti = random::uuid()?;
        let validity = i64::try_from(validity.as_secs()).unwrap_or(i64::MAX);
        let mut claims = Claims::new();
        let mut put = |name: &str, value: Value| claims.insert(name.to_owned(), value);
        put("sub", json!(self.user.sub));
        put("iss", json!(self.pool.issuer()));
        put("event_id", json!(self.family.id));
        put("token_use", json!(token_use));
        put("auth_time", json!(self.family.auth_time));
        put("iat", json!(self.now));
        put("exp", json!(self.now.saturating_add(validity)));
        if self.client.enable_token_revocation {
            put("origin_jti", json!(self.family.origin_jti));
            put("jti", json!(jti));
        }
        Ok(claims)
    }
}

impl ClientConfig {
    /// Whether the client may see an attribute.
    pub(crate) fn may_read(&self, name: &str) -> bool {
        self.read_attributes.as_ref().is_none_or(|readable| readable.contains(name))
    }
}

/// The claim `identities`, in which everything is text.
fn identities(user: &User) -> Value {
    let claim = |identity: &Identity| {
        json!({
            "userId": identity.user_id,
            "providerName": identity.provider_name,
            "providerType": identity.provider_type,
            "issuer": identity.issuer,
            "primary": identity.primary.to_string(),
            "dateCreated": identity.date_created.to_string(),
        })
    };
    user.identities.iter().map(claim).collect()
}

/// Verification marks are the only claims of attributes that are not strings.
fn typed(name: &str, value: &str) -> Value {
    match name {
        "email_verified" | "phone_number_verified" => json!(value == "true"),
        _ => json!(value),
    }
}

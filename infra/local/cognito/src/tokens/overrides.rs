//! What the token trigger may change.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::config::TokenEventVersion;
use crate::response::Failure;
use crate::tokens::claims::{Claims, Groups};

/// Claims that a trigger cannot add, change or remove. Source: the developer guide, pre token generation.
const PROTECTED: [&str; 21] = [
    "acr",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "azp",
    "client_id",
    "cognito:username",
    "device_key",
    "event_id",
    "exp",
    "iat",
    "identities",
    "iss",
    "jti",
    "nbf",
    "nonce",
    "origin_jti",
    "sub",
    "token_use",
    "username",
];

/// What the trigger answered, in one form for both versions.
#[derive(Debug, Default)]
pub(crate) struct Overrides {
    id: TokenChange,
    access: TokenChange,
    groups: Option<GroupChange>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct TokenChange {
    claims_to_add_or_override: Map<String, Value>,
    claims_to_suppress: Vec<String>,
    scopes_to_add: Vec<String>,
    scopes_to_suppress: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct GroupChange {
    groups_to_override: Option<Vec<String>>,
    iam_roles_to_override: Option<Vec<String>>,
    preferred_role: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct First {
    claims_to_add_or_override: Option<Map<String, Value>>,
    claims_to_suppress: Option<Vec<String>>,
    group_override_details: Option<GroupChange>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Second {
    id_token_generation: Option<TokenChange>,
    access_token_generation: Option<TokenChange>,
    group_override_details: Option<GroupChange>,
}

impl Overrides {
    /// Reads `response` of the event; null anywhere means no change.
    pub(crate) fn read(version: TokenEventVersion, response: &Value) -> Result<Self, Failure> {
        match version {
            TokenEventVersion::V1 => {
                let details: First = decode(&response["claimsOverrideDetails"])?;
                let claims_to_add_or_override = details.claims_to_add_or_override.unwrap_or_default();
                if claims_to_add_or_override.values().any(|value| !value.is_string()) {
                    return Err(unreadable());
                }
                let claims_to_suppress = details.claims_to_suppress.unwrap_or_default();
                let id =
                    TokenChange { claims_to_add_or_override, claims_to_suppress, ..TokenChange::default() };
                Ok(Overrides { id, access: TokenChange::default(), groups: details.group_override_details })
            }
            TokenEventVersion::V2 => {
                let details: Second = decode(&response["claimsAndScopeOverrideDetails"])?;
                Ok(Overrides {
                    id: details.id_token_generation.unwrap_or_default(),
                    access: details.access_token_generation.unwrap_or_default(),
                    groups: details.group_override_details,
                })
            }
        }
    }

    /// The groups after the trigger.
    pub(crate) fn groups(&self, own: Groups) -> Groups {
        let Some(change) = &self.groups else { return own };
        Groups {
            names: change.groups_to_override.clone().unwrap_or(own.names),
            roles: change.iam_roles_to_override.clone().unwrap_or(own.roles),
            preferred_role: change.preferred_role.clone().or(own.preferred_role),
        }
    }

    pub(crate) fn apply_to_id(&self, claims: &mut Claims) {
        self.id.apply(claims);
    }

    pub(crate) fn apply_to_access(&self, claims: &mut Claims) {
        self.access.apply(claims);
        let own = claims.get("scope").and_then(Value::as_str).unwrap_or_default().to_owned();
        let kept = own.split_whitespace().filter(|scope| !self.access.suppresses(scope));
        let scopes: Vec<&str> = kept.chain(self.access.scopes_to_add.iter().map(String::as_str)).collect();
        claims.insert("scope".to_owned(), json!(scopes.join(" ")));
    }
}

impl TokenChange {
    fn suppresses(&self, scope: &str) -> bool {
        self.scopes_to_suppress.iter().any(|suppressed| suppressed == scope)
    }

    fn apply(&self, claims: &mut Claims) {
        let free = |name: &str| !PROTECTED.contains(&name) && name != "scope" && name != "cognito:groups";
        for (name, value) in &self.claims_to_add_or_override {
            if free(name) && !value.is_null() {
                claims.insert(name.clone(), value.clone());
            }
        }
        for name in self.claims_to_suppress.iter().filter(|name| free(name)) {
            claims.remove(name);
        }
    }
}

fn decode<T: Default + for<'de> Deserialize<'de>>(value: &Value) -> Result<T, Failure> {
    let value = crate::request::without_nulls(value.clone());
    if value.is_null() {
        return Ok(T::default());
    }
    serde_json::from_value(value).map_err(|_| unreadable())
}

fn unreadable() -> Failure {
    Failure::new("InvalidLambdaResponseException", "Unrecognizable lambda output")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::claims::SELF_SCOPE;

    fn claims() -> Claims {
        let claims = json!({ "sub": "s", "exp": 9, "email": "a@b.c", "scope": SELF_SCOPE });
        claims.as_object().unwrap().clone()
    }

    #[test]
    fn claims_are_added_and_suppressed_but_the_protected_stay() {
        let response = json!({ "claimsOverrideDetails": {
            "claimsToAddOrOverride": { "tier": "gold", "sub": "forged", "exp": "1" },
            "claimsToSuppress": ["email", "exp"],
            "groupOverrideDetails": null,
        }});
        let overrides = Overrides::read(TokenEventVersion::V1, &response).unwrap();
        let mut id = claims();
        overrides.apply_to_id(&mut id);
        assert_eq!(Value::Object(id), json!({ "sub": "s", "exp": 9, "tier": "gold", "scope": SELF_SCOPE }));
        let mut access = claims();
        overrides.apply_to_access(&mut access);
        assert_eq!(access, claims(), "the first version cannot touch the access token");
    }

    #[test]
    fn the_second_version_changes_the_access_token_and_its_scopes() {
        let response = json!({ "claimsAndScopeOverrideDetails": {
            "accessTokenGeneration": {
                "claimsToAddOrOverride": { "memberships": [{ "id": 1 }] },
                "scopesToAdd": ["chat/read"], "scopesToSuppress": [SELF_SCOPE] },
            "groupOverrideDetails": { "groupsToOverride": ["agents"] },
        }});
        let overrides = Overrides::read(TokenEventVersion::V2, &response).unwrap();
        let mut access = claims();
        overrides.apply_to_access(&mut access);
        assert_eq!(access["memberships"], json!([{ "id": 1 }]));
        assert_eq!(access["scope"], "chat/read");
        assert_eq!(overrides.groups(Groups::default()).names, ["agents"]);
    }

    #[test]
    fn an_answer_of_another_shape_is_refused() {
        for response in [
            json!({ "claimsOverrideDetails": { "claimsToAddOrOverride": { "n": 1 } } }),
            json!({ "claimsOverrideDetails": { "claimsToSuppress": "email" } }),
            json!({ "claimsOverrideDetails": 5 }),
        ] {
            let failure = Overrides::read(TokenEventVersion::V1, &response).unwrap_err();
            assert_eq!(failure.code, "InvalidLambdaResponseException");
        }
        Overrides::read(TokenEventVersion::V1, &json!({ "claimsOverrideDetails": null })).unwrap();
    }
}

//! The caller as resolvers see it.

use local_core::principal::Principal;
use serde_json::{Map, Value, json};

use crate::auth::Caller;
use crate::engine::Engine;

/// Where every caller of this machine comes from.
const SOURCE_IP: &str = "127.0.0.1";

impl Caller {
    /// The `identity` of the context.
    pub(crate) fn identity(&self, engine: &Engine) -> Value {
        match self {
            Caller::ApiKey => Value::Null,
            Caller::User { claims, groups } => user(claims, groups),
            Caller::Iam(principal) => iam(principal, &engine.account_id),
            Caller::Lambda { context, .. } => json!({ "resolverContext": context }),
        }
    }
}

/// The groups of a user.
pub(super) fn groups(claims: &Map<String, Value>) -> Vec<String> {
    let groups = claims.get("cognito:groups").and_then(Value::as_array);
    groups.into_iter().flatten().filter_map(|group| group.as_str().map(str::to_owned)).collect()
}

fn user(claims: &Map<String, Value>, groups: &[String]) -> Value {
    let username = claims.get("cognito:username").or_else(|| claims.get("username"));
    json!({
        "sub": claims.get("sub"),
        "issuer": claims.get("iss"),
        "username": username,
        "claims": claims,
        "sourceIp": [SOURCE_IP],
        "defaultAuthStrategy": "ALLOW",
        "groups": if groups.is_empty() { Value::Null } else { json!(groups) },
    })
}

fn iam(principal: &Principal, account: &str) -> Value {
    let plain = |username: String, arn: String| {
        json!({
            "accountId": account,
            "cognitoIdentityPoolId": null,
            "cognitoIdentityId": null,
            "sourceIp": [SOURCE_IP],
            "username": username,
            "userArn": arn,
            "cognitoIdentityAuthType": null,
            "cognitoIdentityAuthProvider": null,
        })
    };
    match principal {
        Principal::Function { name } => {
            plain(format!("{name}:{name}"), format!("arn:aws:sts::{account}:assumed-role/{name}/{name}"))
        }
        Principal::Developer => {
            plain("developer".to_owned(), format!("arn:aws:iam::{account}:user/developer"))
        }
        Principal::Identity { pool_id, identity_id, user_sub, provider } => {
            let kind = if user_sub.is_some() { "authenticated" } else { "unauthenticated" };
            let role = format!("{kind}-identities");
            json!({
                "accountId": account,
                "cognitoIdentityPoolId": pool_id,
                "cognitoIdentityId": identity_id,
                "sourceIp": [SOURCE_IP],
                "username": format!("{role}:CognitoIdentityCredentials"),
                "userArn": format!("arn:aws:sts::{account}:assumed-role/{role}/CognitoIdentityCredentials"),
                "cognitoIdentityAuthType": kind,
                "cognitoIdentityAuthProvider": provider,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn a_user_shows_claims_and_groups() {
        let claims = object(json!({
            "sub": "s", "iss": "i", "username": "u", "token_use": "access", "cognito:groups": ["A"]
        }));
        let identity = user(&claims, &groups(&claims));
        assert_eq!(identity["username"], "u");
        assert_eq!(identity["groups"], json!(["A"]));
        assert_eq!(identity["claims"]["token_use"], "access");
        assert_eq!(identity["defaultAuthStrategy"], "ALLOW");
    }

    #[test]
    fn a_user_without_groups_has_null() {
        let claims = object(json!({"sub": "s", "cognito:username": "u"}));
        let identity = user(&claims, &groups(&claims));
        assert_eq!(identity["groups"], Value::Null);
        assert_eq!(identity["username"], "u");
    }

    #[test]
    fn a_function_shows_its_role_and_no_identity() {
        let identity = iam(&Principal::Function { name: "publish".to_owned() }, "000000000000");
        assert_eq!(identity["userArn"], "arn:aws:sts::000000000000:assumed-role/publish/publish");
        assert_eq!(identity["cognitoIdentityId"], Value::Null);
    }

    #[test]
    fn a_guest_shows_the_identity_and_no_provider() {
        let guest = Principal::Identity {
            pool_id: "us-east-1:pool".to_owned(),
            identity_id: "us-east-1:id".to_owned(),
            user_sub: None,
            provider: None,
        };
        let identity = iam(&guest, "000000000000");
        assert_eq!(identity["cognitoIdentityAuthType"], "unauthenticated");
        assert_eq!(identity["cognitoIdentityId"], "us-east-1:id");
        assert_eq!(identity["cognitoIdentityAuthProvider"], Value::Null);
    }
}

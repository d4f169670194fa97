//! The event of a direct Lambda resolver.
//!
//! The types are ours, because those of `aws_lambda_events` read a user-pool identity as IAM and fail on headers
//! that a request repeats.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::selection::Selection;

/// What AppSync sends for one field. Headers, variables and `stash` are not read.
#[derive(Debug, Deserialize)]
pub(crate) struct FieldEvent {
    #[serde(default)]
    pub(crate) arguments: Value,
    #[serde(default)]
    pub(crate) identity: Identity,
    #[serde(default)]
    pub(crate) source: Value,
    pub(crate) info: Info,
}

/// Where in the request the field stands.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Info {
    pub(crate) field_name: String,
    #[serde(flatten)]
    pub(crate) selection: Selection,
}

/// Who sent the request. Told apart by the members that only one kind has.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Option<Map<String, Value>>")]
pub enum Identity {
    /// No identity: an API key, or a kind that the API does not use.
    #[default]
    None,
    /// A token of the user pool.
    User(UserIdentity),
    /// A signature with AWS credentials.
    Iam(IamIdentity),
}

/// A token of the user pool, as AppSync read it.
#[derive(Debug, Deserialize)]
pub struct UserIdentity {
    /// The user's id.
    pub sub: String,
    /// Groups of the pool; null when there are none.
    #[serde(default)]
    pub groups: Option<Vec<String>>,
    /// What the token says.
    #[serde(default)]
    pub claims: Map<String, Value>,
}

/// The credentials behind a signature, as AppSync read them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IamIdentity {
    /// For a role: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`.
    #[serde(default)]
    pub user_arn: String,
    /// Set for credentials of the identity pool only.
    #[serde(default)]
    pub cognito_identity_id: Option<String>,
}

impl From<Option<Map<String, Value>>> for Identity {
    fn from(identity: Option<Map<String, Value>>) -> Self {
        let Some(identity) = identity else { return Identity::None };
        let is_user = identity.contains_key("claims") && identity.contains_key("username");
        let is_iam = identity.contains_key("userArn");
        let identity = Value::Object(identity);
        let read = if is_user {
            UserIdentity::deserialize(identity).map(Identity::User)
        } else if is_iam {
            IamIdentity::deserialize(identity).map(Identity::Iam)
        } else {
            Ok(Identity::None)
        };
        read.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(text: &str) -> FieldEvent {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_user_pool_identity_keeps_its_sub_and_groups() {
        let event = event(include_str!("../fixtures/user-pool.json"));
        let Identity::User(user) = event.identity else { panic!("{:?}", event.identity) };
        assert_eq!(user.sub, "8f0a1b52-6f0c-4e4d-9a3c-0d8f6c1e2b3a");
        assert_eq!(user.groups.unwrap(), ["support"]);
    }

    #[test]
    fn the_selection_is_read() {
        let event = event(include_str!("../fixtures/user-pool.json"));
        assert_eq!(event.info.field_name, "getUser");
        assert_eq!(event.info.selection.selection_set_list, ["id", "profile", "profile/name"]);
    }

    #[test]
    fn a_role_has_no_cognito_identity() {
        let event = event(include_str!("../fixtures/role.json"));
        let Identity::Iam(iam) = event.identity else { panic!("{:?}", event.identity) };
        assert!(iam.cognito_identity_id.is_none());
        assert!(iam.user_arn.contains(":assumed-role/"));
    }

    #[test]
    fn a_guest_has_one() {
        let event = event(include_str!("../fixtures/guest.json"));
        let Identity::Iam(iam) = event.identity else { panic!("{:?}", event.identity) };
        assert!(iam.cognito_identity_id.is_some());
    }

    #[test]
    fn an_api_key_is_nobody() {
        let event = event(include_str!("../fixtures/api-key.json"));
        assert!(matches!(event.identity, Identity::None));
    }
}

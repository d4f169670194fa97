//! Requests as they come in.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::response::Failure;

/// `ClientMetadata` and the like.
pub(crate) type Metadata = BTreeMap<String, String>;

/// One attribute as requests and answers carry it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Attribute {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) value: String,
}

/// Reads a request. Members that are null count as absent, because clients send both.
pub(crate) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|_| Failure::new("SerializationException", "the body is not JSON"))?;
    if !value.is_object() {
        return Err(Failure::new("SerializationException", "the body is not a JSON object"));
    }
    serde_json::from_value(without_nulls(value)).map_err(|error| explain(&error.to_string()))
}

pub(crate) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, member)| !member.is_null())
            .map(|(name, member)| (name, without_nulls(member)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

/// serde names a missing member between backticks; AWS has words of its own for it.
fn explain(error: &str) -> Failure {
    match error.strip_prefix("missing field `").and_then(|rest| rest.split_once('`')) {
        Some((name, _)) => Failure::missing_member(name),
        None => Failure::new("SerializationException", "a member of the request has the wrong type"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Sample {
        client_id: String,
        secret_hash: Option<String>,
    }

    #[test]
    fn null_is_absent_and_unknown_members_are_ignored() {
        let sample: Sample = parse(br#"{"ClientId":"c","SecretHash":null,"Other":1}"#).unwrap();
        assert_eq!((sample.client_id.as_str(), sample.secret_hash), ("c", None));
    }

    #[test]
    fn a_missing_member_is_named_as_aws_names_it() {
        let failure = parse::<Sample>(br#"{"ClientId":null}"#).unwrap_err();
        assert_eq!(failure.code, "InvalidParameterException");
        assert!(failure.message.contains("Value null at 'clientId'"), "{failure}");
    }

    #[test]
    fn what_is_not_an_object_is_refused() {
        for body in [&b"nonsense"[..], b"[]", b"", br#"{"ClientId":5}"#] {
            assert_eq!(parse::<Sample>(body).unwrap_err().code, "SerializationException");
        }
    }
}

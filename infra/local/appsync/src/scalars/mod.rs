//! AppSync's scalars and GraphQL's: what is taken in and what is given out.

mod input;
mod network;
mod time;

use serde_json::Value;

pub(crate) use crate::scalars::input::{json_kind, parse};

/// Checks and completes a scalar on its way out. The error is the text within "Can't serialize value".
pub(crate) fn serialize(scalar: &str, value: &Value) -> Result<Value, String> {
    match scalar {
        "String" => text(value).ok_or_else(|| expected("String", value)),
        "ID" => match value {
            Value::String(_) => Ok(value.clone()),
            Value::Number(number) if !number.is_f64() => Ok(Value::String(number.to_string())),
            _ => Err(expected("ID", value)),
        },
        "Int" => input::int(value).ok_or_else(|| expected("Int", value)),
        "Float" => value.as_f64().map(|_| value.clone()).ok_or_else(|| expected("Float", value)),
        "Boolean" => value.as_bool().map(Value::Bool).ok_or_else(|| expected("Boolean", value)),
        "AWSJSON" => Ok(Value::String(json_text(value))),
        "AWSTimestamp" => value.as_i64().map(Value::from).ok_or_else(|| unable(scalar, value)),
        _ => match value.as_str() {
            Some(text) if is_valid(scalar, text) => Ok(value.clone()),
            _ => Err(unable(scalar, value)),
        },
    }
}

/// Scalars other than strings are written out, as graphql-java does.
fn text(value: &Value) -> Option<Value> {
    match value {
        Value::String(_) => Some(value.clone()),
        Value::Number(_) | Value::Bool(_) => Some(Value::String(value.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A string that holds JSON is that JSON; any other value becomes its own JSON.
fn json_text(value: &Value) -> String {
    match value {
        Value::String(text) if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() => text.clone(),
        other => other.to_string(),
    }
}

/// Whether a string is a value of one of AppSync's scalars.
pub(crate) fn is_valid(scalar: &str, text: &str) -> bool {
    match scalar {
        "AWSDate" => time::is_date(text),
        "AWSTime" => time::is_time(text),
        "AWSDateTime" => time::is_date_time(text),
        "AWSEmail" => network::is_email(text),
        "AWSURL" => network::is_url(text),
        "AWSPhone" => network::is_phone(text),
        "AWSIPAddress" => network::is_ip_address(text),
        "AWSJSON" => serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok(),
        _ => false,
    }
}

/// `Expected type 'Int' but was 'String'.`
pub(crate) fn expected(scalar: &str, value: &Value) -> String {
    format!("Expected type '{scalar}' but was '{}'.", json_kind(value))
}

/// ``Unable to serialize `…` as a valid DateTime Object.``
fn unable(scalar: &str, value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    format!("Unable to serialize `{text}` as a valid {}.", kind(scalar))
}

/// What AppSync's messages call a scalar.
pub(crate) fn kind(scalar: &str) -> &'static str {
    match scalar {
        "AWSDate" => "date",
        "AWSTime" => "time",
        "AWSDateTime" => "DateTime Object",
        "AWSTimestamp" => "timestamp",
        "AWSEmail" => "email",
        "AWSJSON" => "JSON",
        "AWSURL" => "URL",
        "AWSPhone" => "phone number",
        "AWSIPAddress" => "IP address",
        _ => "value",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_leave_as_their_type_wants_them() {
        let cases = [
            ("ID", json!(5), json!("5")),
            ("String", json!(5), json!("5")),
            ("String", json!(true), json!("true")),
            ("Int", json!(2_147_483_647), json!(2_147_483_647)),
            ("Float", json!(1), json!(1)),
            ("AWSJSON", json!({"a": 1}), json!("{\"a\":1}")),
            ("AWSJSON", json!("{\"a\":1}"), json!("{\"a\":1}")),
            ("AWSJSON", json!("plain"), json!("\"plain\"")),
            ("AWSTimestamp", json!(4_102_444_800_i64), json!(4_102_444_800_i64)),
            ("AWSDateTime", json!("2026-11-22T12:00:00Z"), json!("2026-11-22T12:00:00Z")),
        ];
        for (scalar, value, expected) in cases {
            assert_eq!(serialize(scalar, &value), Ok(expected), "{scalar} {value}");
        }
    }

    #[test]
    fn values_of_another_type_do_not_leave() {
        let cases = [
            ("Int", json!(2_147_483_648_i64), "Expected type 'Int' but was 'Long'."),
            ("Int", json!("1"), "Expected type 'Int' but was 'String'."),
            ("Boolean", json!("true"), "Expected type 'Boolean' but was 'String'."),
            ("String", json!({}), "Expected type 'String' but was 'LinkedHashMap'."),
            (
                "AWSDateTime",
                json!("2020-05-23T06:4:37.000Z"),
                "Unable to serialize `2020-05-23T06:4:37.000Z` as a valid DateTime Object.",
            ),
        ];
        for (scalar, value, message) in cases {
            assert_eq!(serialize(scalar, &value), Err(message.to_owned()), "{scalar} {value}");
        }
    }
}

//! Scalars on their way in, from variables and from literals that have become JSON.

use serde_json::Value;

use crate::scalars::{expected, is_valid, kind};

/// Checks and completes a scalar. The error is the text that follows "has an invalid value."
pub(crate) fn parse(scalar: &str, value: &Value) -> Result<Value, String> {
    match scalar {
        "String" => value.as_str().map(|_| value.clone()).ok_or_else(|| expected("String", value)),
        "ID" => match value {
            Value::String(_) => Ok(value.clone()),
            Value::Number(number) if !number.is_f64() => Ok(Value::String(number.to_string())),
            _ => Err(expected("ID", value)),
        },
        "Int" => int(value).ok_or_else(|| expected("Int", value)),
        "Float" => value.as_f64().map(|_| value.clone()).ok_or_else(|| expected("Float", value)),
        "Boolean" => value.as_bool().map(Value::Bool).ok_or_else(|| expected("Boolean", value)),
        "AWSTimestamp" => value.as_i64().map(Value::from).ok_or_else(|| unable(scalar, value)),
        // It arrives as text and reaches resolvers as what the text means.
        "AWSJSON" => {
            let parsed = value.as_str().and_then(|text| serde_json::from_str(text).ok());
            parsed.ok_or_else(|| unable(scalar, value))
        }
        _ => match value.as_str() {
            Some(text) if is_valid(scalar, text) => Ok(value.clone()),
            _ => Err(unable(scalar, value)),
        },
    }
}

/// A whole number of 32 bits.
pub(super) fn int(value: &Value) -> Option<Value> {
    let whole = match value.as_i64() {
        Some(whole) => whole,
        None => {
            let float = value.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 9e15)?;
            float as i64
        }
    };
    i32::try_from(whole).ok().map(Value::from)
}

fn unable(scalar: &str, value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    format!("Unable to parse `{text}` as a valid {}.", kind(scalar))
}

/// The Java class that a JSON value has in the service's messages.
pub(crate) fn json_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "Null",
        Value::Bool(_) => "Boolean",
        Value::Number(number) if number.is_f64() => "Double",
        Value::Number(number) => match number.as_i64() {
            Some(whole) if i32::try_from(whole).is_ok() => "Integer",
            Some(_) => "Long",
            None => "BigInteger",
        },
        Value::String(_) => "String",
        Value::Array(_) => "ArrayList",
        Value::Object(_) => "LinkedHashMap",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_may_come_as_a_number() {
        assert_eq!(parse("ID", &json!(5)), Ok(json!("5")));
    }

    #[test]
    fn an_int_has_32_bits() {
        assert_eq!(parse("Int", &json!(-2_147_483_648_i64)), Ok(json!(-2_147_483_648_i64)));
        let message = "Expected type 'Int' but was 'Long'.".to_owned();
        assert_eq!(parse("Int", &json!(2_147_483_648_i64)), Err(message));
    }

    #[test]
    fn json_arrives_parsed() {
        assert_eq!(parse("AWSJSON", &json!("{\"a\":[1]}")), Ok(json!({"a": [1]})));
        assert!(parse("AWSJSON", &json!("bare")).is_err());
        assert!(parse("AWSJSON", &json!({"a": 1})).is_err());
    }

    #[test]
    fn messages_are_the_service_s() {
        let message = "Unable to parse `2019` as a valid DateTime Object.".to_owned();
        assert_eq!(parse("AWSDateTime", &json!("2019")), Err(message));
        let message = "Unable to parse `2019-12-24T04:15:57.798Z` as a valid date.".to_owned();
        assert_eq!(parse("AWSDate", &json!("2019-12-24T04:15:57.798Z")), Err(message));
    }
}

//! Attribute values and the plain values that scripts see.

use serde_json::{Map, Number, Value};

/// An item without the types of its attributes.
pub(super) fn plain_item(item: &Value) -> Value {
    let attributes = item.as_object().into_iter().flatten();
    Value::Object(attributes.map(|(name, value)| (name.clone(), plain(value))).collect())
}

/// `{"S": "x"}` as `"x"`; numbers that JSON cannot hold exactly lose digits, as on AWS.
fn plain(value: &Value) -> Value {
    let Some((kind, inner)) = value.as_object().and_then(|value| value.iter().next()) else {
        return Value::Null;
    };
    match kind.as_str() {
        "N" => number(inner),
        "NS" => inner.as_array().into_iter().flatten().map(number).collect(),
        "M" => plain_item(inner),
        "L" => inner.as_array().into_iter().flatten().map(plain).collect(),
        "NULL" => Value::Null,
        _ => inner.clone(),
    }
}

fn number(text: &Value) -> Value {
    let text = text.as_str().unwrap_or_default();
    let whole = text.parse::<i64>().ok().map(Number::from);
    whole.or_else(|| Number::from_f64(text.parse().ok()?)).map_or(Value::Null, Value::Number)
}

/// Attributes as DynamoDB takes them: scripts may write numbers as numbers, and any value for `NULL`.
pub(super) fn attributes(map: Value) -> Value {
    let Value::Object(map) = map else { return map };
    Value::Object(map.into_iter().map(|(name, value)| (name, attribute(value))).collect())
}

fn attribute(value: Value) -> Value {
    let Value::Object(typed) = value else { return value };
    let typed = typed.into_iter().map(|(kind, inner)| {
        let inner = match (kind.as_str(), inner) {
            ("N", Value::Number(number)) => Value::String(number.to_string()),
            ("NS", Value::Array(numbers)) => numbers.into_iter().map(digits).collect(),
            ("NULL", _) => Value::Bool(true),
            ("M", inner) => attributes(inner),
            ("L", Value::Array(items)) => items.into_iter().map(attribute).collect(),
            (_, inner) => inner,
        };
        (kind, inner)
    });
    Value::Object(typed.collect::<Map<_, _>>())
}

fn digits(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_item_becomes_plain() {
        let item = json!({
            "id": {"S": "1"}, "pages": {"N": "12"}, "price": {"N": "1.5"}, "out": {"BOOL": true}, "gone": {"NULL": true},
            "tags": {"SS": ["a"]}, "sizes": {"NS": ["3"]}, "shelf": {"M": {"row": {"N": "4"}}}, "marks": {"L": [{"S": "x"}]}
        });
        let expected = json!({
            "id": "1", "pages": 12, "price": 1.5, "out": true, "gone": null,
            "tags": ["a"], "sizes": [3], "shelf": {"row": 4}, "marks": ["x"]
        });
        assert_eq!(plain_item(&item), expected);
    }

    #[test]
    fn numbers_may_be_written_as_numbers() {
        let written =
            json!({"n": {"N": 5}, "s": {"NS": [1, "2"]}, "z": {"NULL": null}, "m": {"M": {"n": {"N": 0.5}}}});
        let expected = json!({"n": {"N": "5"}, "s": {"NS": ["1", "2"]}, "z": {"NULL": true}, "m": {"M": {"n": {"N": "0.5"}}}});
        assert_eq!(attributes(written), expected);
    }
}

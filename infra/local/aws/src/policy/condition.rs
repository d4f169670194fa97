//! Conditions of statements.

use serde::Serialize;
use serde_json::{Map, Value};

use super::error::PolicyError;
use super::pattern;

/// What a condition may ask about a request.
#[derive(Debug, Clone, Copy, Default)]
pub struct RequestContext<'a> {
    /// Partition keys that a DynamoDB request names.
    pub leading_keys: &'a [String],
}

/// One test of one key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// How many of the request's values must pass.
    pub quantifier: Quantifier,
    /// How a value is compared.
    pub test: Test,
    /// Which values of the request.
    pub key: ConditionKey,
    /// With what; one that fits is enough.
    pub values: Vec<String>,
}

/// How many of the request's values must pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Quantifier {
    /// The key has one value, and that.
    One,
    /// `ForAllValues`: each; also true when there is none, as in IAM.
    All,
    /// `ForAnyValue`: at least one.
    Any,
}

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Test {
    /// `StringEquals`.
    Equals,
    /// `StringNotEquals`.
    NotEquals,
    /// `StringLike`.
    Like,
    /// `StringNotLike`.
    NotLike,
}

/// Which values of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ConditionKey {
    /// Partition keys.
    #[serde(rename = "dynamodb:LeadingKeys")]
    LeadingKeys,
    /// The region of the request.
    #[serde(rename = "aws:RequestedRegion")]
    RequestedRegion,
}

impl Condition {
    /// Reads the `Condition` of a statement: operator, then key, then values.
    pub(crate) fn parse_all(block: &Value) -> Result<Vec<Condition>, PolicyError> {
        let operators = object(block, "Condition")?;
        let mut conditions = Vec::new();
        for (operator, keys) in operators {
            let (quantifier, test) = parse_operator(operator)?;
            for (key, values) in object(keys, operator)? {
                let key = parse_key(key)?;
                if key == ConditionKey::LeadingKeys && quantifier == Quantifier::One {
                    return Err(PolicyError::Malformed(format!(
                        "{operator} on dynamodb:LeadingKeys needs ForAllValues or ForAnyValue: it has several values"
                    )));
                }
                let values = super::statement::texts(values, operator)?;
                conditions.push(Condition { quantifier, test, key, values });
            }
        }
        Ok(conditions)
    }

    /// Whether the request meets it.
    pub(crate) fn holds(&self, region: &str, context: &RequestContext<'_>) -> bool {
        match self.key {
            ConditionKey::RequestedRegion => self.passes(region),
            ConditionKey::LeadingKeys => match self.quantifier {
                Quantifier::Any => context.leading_keys.iter().any(|key| self.passes(key)),
                Quantifier::All | Quantifier::One => context.leading_keys.iter().all(|key| self.passes(key)),
            },
        }
    }

    /// Whether its values are the partition keys that it lets through.
    pub(crate) fn lists_leading_keys(&self) -> bool {
        self.key == ConditionKey::LeadingKeys && matches!(self.test, Test::Equals | Test::Like)
    }

    fn passes(&self, value: &str) -> bool {
        match self.test {
            Test::Equals => self.values.iter().any(|wanted| wanted == value),
            Test::NotEquals => self.values.iter().all(|wanted| wanted != value),
            Test::Like => self.values.iter().any(|wanted| pattern::matches(wanted, value)),
            Test::NotLike => self.values.iter().all(|wanted| !pattern::matches(wanted, value)),
        }
    }
}

fn parse_operator(operator: &str) -> Result<(Quantifier, Test), PolicyError> {
    let (quantifier, test) = match operator.split_once(':') {
        Some(("ForAllValues", test)) => (Quantifier::All, test),
        Some(("ForAnyValue", test)) => (Quantifier::Any, test),
        Some(_) => return Err(PolicyError::Malformed(format!("there is no condition operator {operator}"))),
        None => (Quantifier::One, operator),
    };
    let test = match test {
        "StringEquals" => Test::Equals,
        "StringNotEquals" => Test::NotEquals,
        "StringLike" => Test::Like,
        "StringNotLike" => Test::NotLike,
        other => return Err(PolicyError::Unsupported(format!("condition operator {other}"))),
    };
    Ok((quantifier, test))
}

fn parse_key(key: &str) -> Result<ConditionKey, PolicyError> {
    match key.to_ascii_lowercase().as_str() {
        "dynamodb:leadingkeys" => Ok(ConditionKey::LeadingKeys),
        "aws:requestedregion" => Ok(ConditionKey::RequestedRegion),
        _ => Err(PolicyError::Unsupported(format!("condition key {key}"))),
    }
}

fn object<'a>(value: &'a Value, name: &str) -> Result<&'a Map<String, Value>, PolicyError> {
    value.as_object().ok_or_else(|| PolicyError::Malformed(format!("{name} must be an object")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn holds(block: Value, keys: &[&str]) -> bool {
        let keys: Vec<String> = keys.iter().map(|&key| key.to_owned()).collect();
        let context = RequestContext { leading_keys: &keys };
        let conditions = Condition::parse_all(&block).unwrap();
        conditions.iter().all(|condition| condition.holds("us-east-1", &context))
    }

    #[test]
    fn for_all_values_wants_each_key_to_fit() {
        let block = json!({"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["USER#*", "HEAD"]}});
        assert!(holds(block.clone(), &["USER#1", "HEAD"]));
        assert!(!holds(block.clone(), &["USER#1", "OTHER"]));
        assert!(holds(block, &[]));
    }

    #[test]
    fn for_any_value_wants_one_key_to_fit() {
        let block = json!({"ForAnyValue:StringEquals": {"dynamodb:LeadingKeys": "a"}});
        assert!(holds(block.clone(), &["b", "a"]));
        assert!(!holds(block.clone(), &["b"]));
        assert!(!holds(block, &[]));
    }

    #[test]
    fn all_conditions_must_hold() {
        let block = json!({
            "StringEquals": {"aws:RequestedRegion": "us-east-1"},
            "ForAllValues:StringNotLike": {"dynamodb:LeadingKeys": "SECRET#*"}
        });
        assert!(holds(block.clone(), &["USER#1"]));
        assert!(!holds(block, &["SECRET#1"]));
        assert!(!holds(json!({"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}), &[]));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let unknown = [
            json!({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
            json!({"StringEquals": {"aws:PrincipalTag/team": "a"}}),
            json!({"StringEqualsIfExists": {"aws:RequestedRegion": "a"}}),
            json!({"ForSomeValues:StringEquals": {"dynamodb:LeadingKeys": "a"}}),
            json!({"StringEquals": {"dynamodb:LeadingKeys": "a"}}),
            json!({"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": "${aws:userid}"}}),
            json!("always"),
        ];
        for block in unknown {
            assert!(Condition::parse_all(&block).is_err(), "{block}");
        }
    }
}

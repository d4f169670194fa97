//! Event patterns: the language of EventBridge's rules and of the filters on stream sources.

use serde_json::{Map, Value};

/// A pattern that was checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    fields: Vec<Field>,
}

/// Why a pattern is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event pattern is not valid at {at}: {reason}")]
pub struct PatternError {
    at: String,
    reason: String,
}

#[derive(Debug, Clone, PartialEq)]
enum Field {
    /// The value at a name matches one of these.
    Leaf(String, Vec<Matcher>),
    /// The object at a name matches.
    Nested(String, Pattern),
    /// One of these matches.
    Or(Vec<Pattern>),
}

#[derive(Debug, Clone, PartialEq)]
enum Matcher {
    Equal(Value),
    IgnoringCase(String),
    Prefix(String),
    Suffix(String),
    Wildcard(String),
    AnythingBut(Vec<Matcher>),
    Exists(bool),
    Numeric(Vec<(Comparison, f64)>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    Greater,
}

impl Pattern {
    /// Checks a pattern. Operators that this local cloud does not know are refused rather than ignored.
    pub fn parse(pattern: &Value) -> Result<Self, PatternError> {
        parse_at(pattern, "$")
    }

    /// Whether an event matches.
    pub fn matches(&self, event: &Value) -> bool {
        match event {
            // A pattern on a list of objects looks into each.
            Value::Array(list) => list.iter().any(|element| self.matches(element)),
            _ => self.fields.iter().all(|field| field.matches(event)),
        }
    }
}

impl Field {
    fn matches(&self, event: &Value) -> bool {
        match self {
            Field::Or(patterns) => patterns.iter().any(|pattern| pattern.matches(event)),
            Field::Nested(name, pattern) => pattern.matches(event.get(name).unwrap_or(&Value::Null)),
            Field::Leaf(name, matchers) => {
                let value = event.get(name);
                matchers.iter().any(|matcher| matcher.matches_any(value))
            }
        }
    }
}

impl Matcher {
    fn matches_any(&self, value: Option<&Value>) -> bool {
        if let Matcher::Exists(wanted) = self {
            // Only values count: an object in between does not exist for EventBridge.
            return *wanted == value.is_some_and(|value| !value.is_object());
        }
        match value {
            None => false,
            Some(Value::Array(list)) => list.iter().any(|element| self.matches(element)),
            Some(value) => self.matches(value),
        }
    }

    fn matches(&self, value: &Value) -> bool {
        let text = value.as_str();
        match self {
            Matcher::Equal(wanted) => match (wanted.as_f64(), value.as_f64()) {
                (Some(wanted), Some(value)) => wanted == value,
                _ => wanted == value,
            },
            Matcher::IgnoringCase(wanted) => {
                text.is_some_and(|text| text.to_lowercase() == wanted.to_lowercase())
            }
            Matcher::Prefix(prefix) => text.is_some_and(|text| text.starts_with(prefix)),
            Matcher::Suffix(suffix) => text.is_some_and(|text| text.ends_with(suffix)),
            Matcher::Wildcard(pattern) => text.is_some_and(|text| wildcard(pattern, text)),
            Matcher::AnythingBut(matchers) => {
                !value.is_object() && !matchers.iter().any(|matcher| matcher.matches(value))
            }
            Matcher::Exists(_) => false,
            Matcher::Numeric(bounds) => value.as_f64().is_some_and(|value| {
                bounds.iter().all(|(comparison, bound)| comparison.holds(value, *bound))
            }),
        }
    }
}

impl Comparison {
    fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Comparison::Less => value < bound,
            Comparison::LessOrEqual => value <= bound,
            Comparison::Equal => value == bound,
            Comparison::GreaterOrEqual => value >= bound,
            Comparison::Greater => value > bound,
        }
    }

    fn parse(sign: &Value) -> Option<Self> {
        Some(match sign.as_str()? {
            "<" => Comparison::Less,
            "<=" => Comparison::LessOrEqual,
            "=" => Comparison::Equal,
            ">=" => Comparison::GreaterOrEqual,
            ">" => Comparison::Greater,
            _ => return None,
        })
    }
}

/// Whether a text matches a pattern in which `*` stands for anything.
fn wildcard(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(text) = text.strip_prefix(head) else { return false };
    // The shortest match of each part leaves the most for those that follow.
    rest.is_empty() || text.char_indices().any(|(at, _)| wildcard(rest, &text[at..])) || wildcard(rest, "")
}

fn parse_at(pattern: &Value, at: &str) -> Result<Pattern, PatternError> {
    let Some(map) = pattern.as_object().filter(|map| !map.is_empty()) else {
        return Err(refused(at, "an object with at least one field is needed"));
    };
    let fields = map
        .iter()
        .map(|(name, value)| field(name, value, &format!("{at}.{name}")))
        .collect::<Result<_, _>>()?;
    Ok(Pattern { fields })
}

fn field(name: &str, value: &Value, at: &str) -> Result<Field, PatternError> {
    match value {
        Value::Array(list) if name == "$or" && list.iter().all(Value::is_object) => {
            Ok(Field::Or(list.iter().map(|pattern| parse_at(pattern, at)).collect::<Result<_, _>>()?))
        }
        Value::Array(list) if list.is_empty() => Err(refused(at, "an empty list matches nothing")),
        Value::Array(list) => Ok(Field::Leaf(name.to_owned(), matchers(list, at)?)),
        Value::Object(_) => Ok(Field::Nested(name.to_owned(), parse_at(value, at)?)),
        _ => Err(refused(at, "a value must be in a list")),
    }
}

fn matchers(list: &[Value], at: &str) -> Result<Vec<Matcher>, PatternError> {
    list.iter().map(|value| matcher(value, at)).collect()
}

fn matcher(value: &Value, at: &str) -> Result<Matcher, PatternError> {
    match value {
        Value::Object(map) => operator(map, at),
        Value::Array(_) => Err(refused(at, "a list in a list is not a match")),
        scalar => Ok(Matcher::Equal(scalar.clone())),
    }
}

fn operator(map: &Map<String, Value>, at: &str) -> Result<Matcher, PatternError> {
    let mut entries = map.iter();
    let (Some((name, value)), None) = (entries.next(), entries.next()) else {
        return Err(refused(at, "a match has one operator"));
    };
    let text =
        || value.as_str().map(str::to_owned).ok_or_else(|| refused(at, &format!("{name} needs a string")));
    match name.as_str() {
        "prefix" => Ok(Matcher::Prefix(text()?)),
        "suffix" => Ok(Matcher::Suffix(text()?)),
        "wildcard" => Ok(Matcher::Wildcard(text()?)),
        "equals-ignore-case" => Ok(Matcher::IgnoringCase(text()?)),
        "exists" => {
            value.as_bool().map(Matcher::Exists).ok_or_else(|| refused(at, "exists needs true or false"))
        }
        "numeric" => numeric(value).ok_or_else(|| refused(at, "numeric needs signs and numbers in turn")),
        "anything-but" => match value {
            Value::Array(list) => Ok(Matcher::AnythingBut(matchers(list, at)?)),
            one => Ok(Matcher::AnythingBut(vec![matcher(one, at)?])),
        },
        _ => Err(refused(at, &format!("operator {name} is not supported"))),
    }
}

fn numeric(value: &Value) -> Option<Matcher> {
    let list = value.as_array().filter(|list| matches!(list.len(), 2 | 4))?;
    let bounds = list.chunks(2).map(|pair| Some((Comparison::parse(&pair[0])?, pair[1].as_f64()?)));
    Some(Matcher::Numeric(bounds.collect::<Option<_>>()?))
}

fn refused(at: &str, reason: &str) -> PatternError {
    PatternError { at: at.to_owned(), reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn matches(pattern: Value, event: Value) -> bool {
        Pattern::parse(&pattern).unwrap().matches(&event)
    }

    #[test]
    fn patterns_match_as_eventbridge_documents() {
        let event = json!({
            "source": "smartchat",
            "detail-type": "message.created",
            "detail": { "size": 12, "tags": ["a", "b"], "who": { "id": "u1" }, "items": [{ "n": 1 }, { "n": 2 }], "no": null },
        });
        for (pattern, expected) in [
            (json!({ "source": ["smartchat"] }), true),
            (json!({ "source": ["other", "smartchat"] }), true),
            (json!({ "source": ["other"] }), false),
            (json!({ "source": ["smartchat"], "detail": { "size": [13] } }), false),
            (json!({ "detail-type": [{ "prefix": "message." }] }), true),
            (json!({ "detail-type": [{ "suffix": ".deleted" }] }), false),
            (json!({ "detail-type": [{ "wildcard": "m*.cre*ed" }] }), true),
            (json!({ "detail-type": [{ "wildcard": "m*.del*" }] }), false),
            (json!({ "source": [{ "equals-ignore-case": "SmartChat" }] }), true),
            (json!({ "source": [{ "anything-but": "other" }] }), true),
            (json!({ "source": [{ "anything-but": ["smartchat", "x"] }] }), false),
            (json!({ "source": [{ "anything-but": { "prefix": "smart" } }] }), false),
            (json!({ "absent": [{ "anything-but": "x" }] }), false),
            (json!({ "detail": { "who": { "id": [{ "exists": true }] } } }), true),
            (json!({ "detail": { "who": [{ "exists": true }] } }), false),
            (json!({ "detail": { "absent": { "id": [{ "exists": false }] } } }), true),
            (json!({ "detail": { "size": [{ "numeric": [">", 10, "<=", 12] }] } }), true),
            (json!({ "detail": { "size": [{ "numeric": ["<", 12] }] } }), false),
            (json!({ "detail": { "size": [12.0] } }), true),
            (json!({ "detail": { "tags": ["b"] } }), true),
            (json!({ "detail": { "tags": ["c"] } }), false),
            (json!({ "detail": { "items": { "n": [2] } } }), true),
            (json!({ "detail": { "no": [null] } }), true),
            (json!({ "$or": [{ "source": ["x"] }, { "detail": { "size": [12] } }] }), true),
        ] {
            assert_eq!(matches(pattern.clone(), event.clone()), expected, "{pattern}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for pattern in [
            json!({}),
            json!([]),
            json!({ "source": "smartchat" }),
            json!({ "source": [] }),
            json!({ "source": [["x"]] }),
            json!({ "source": [{ "cidr": "10.0.0.0/24" }] }),
            json!({ "source": [{ "prefix": 1 }] }),
            json!({ "source": [{ "numeric": [">", "1"] }] }),
            json!({ "source": [{ "prefix": "a", "suffix": "b" }] }),
        ] {
            assert!(Pattern::parse(&pattern).is_err(), "{pattern}");
        }
    }
}

//! The policy of a form: what it lets through, and until when.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};
use serde_json::Value;

/// Fields that need no condition.
const FREE: [&str; 3] = ["file", "policy", "x-amz-signature"];

/// What a policy says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Policy {
    expiration: Timestamp,
    conditions: Vec<Condition>,
    /// Sizes of the file that fit, both ends included.
    sizes: Option<(u64, u64)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Condition {
    /// In lower case.
    field: String,
    test: Test,
    value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Equals,
    StartsWith,
}

impl Policy {
    /// Reads a policy as it came, in base64.
    pub(super) fn read(encoded: &str) -> S3Result<Self> {
        let wrong = |what: &str| {
            S3Error::with_message(S3ErrorCode::InvalidPolicyDocument, format!("Invalid Policy: {what}"))
        };
        let text = STANDARD.decode(encoded).map_err(|_| wrong("Invalid Base64."))?;
        let document: Value = serde_json::from_slice(&text).map_err(|_| wrong("Invalid JSON."))?;
        let expiration = document["expiration"].as_str().and_then(|text| text.parse().ok());
        let listed = document["conditions"].as_array();
        let mut policy = Policy {
            expiration: expiration.ok_or_else(|| wrong("Invalid 'expiration' value."))?,
            conditions: Vec::new(),
            sizes: None,
        };
        for condition in listed.ok_or_else(|| wrong("Policy missing conditions."))? {
            policy.add(condition).ok_or_else(|| wrong("Invalid condition."))?;
        }
        Ok(policy)
    }

    fn add(&mut self, condition: &Value) -> Option<()> {
        match condition {
            Value::Object(fields) => {
                for (field, value) in fields {
                    self.conditions.push(Condition::new(field, Test::Equals, value)?);
                }
            }
            Value::Array(items) => match items.as_slice() {
                [name, min, max] if name == "content-length-range" => {
                    self.sizes = Some((number(min)?, number(max)?));
                }
                [test, field, value] => {
                    let test = match test.as_str()? {
                        "eq" => Test::Equals,
                        "starts-with" => Test::StartsWith,
                        _ => return None,
                    };
                    let field = field.as_str()?.strip_prefix('$')?;
                    self.conditions.push(Condition::new(field, test, value)?);
                }
                _ => return None,
            },
            _ => return None,
        }
        Some(())
    }

    /// Whether the policy lets these fields through now. `fields` are by name in lower case, the bucket among them.
    pub(super) fn check(&self, fields: &BTreeMap<String, String>, now: Timestamp) -> S3Result<()> {
        if now >= self.expiration {
            return Err(refusal("Policy expired."));
        }
        for condition in &self.conditions {
            let value = fields.get(&condition.field).map(String::as_str).unwrap_or_default();
            if !condition.holds(value) {
                return Err(refusal(&format!("Policy Condition failed: {}", condition.shown())));
            }
        }
        let bound = |name: &String| {
            FREE.contains(&name.as_str())
                || name == "bucket"
                || name.starts_with("x-ignore-")
                || self.conditions.iter().any(|condition| condition.field == *name)
        };
        match fields.keys().find(|name| !bound(name)) {
            Some(extra) => Err(refusal(&format!("Extra input fields: {extra}"))),
            None => Ok(()),
        }
    }

    /// Whether the policy lets a file of this size through.
    pub(super) fn check_size(&self, size: u64) -> S3Result<()> {
        match self.sizes {
            Some((min, _)) if size < min => Err(s3_error!(
                EntityTooSmall,
                "Your proposed upload is smaller than the minimum allowed size"
            )),
            Some((_, max)) if size > max => {
                Err(s3_error!(EntityTooLarge, "Your proposed upload exceeds the maximum allowed size"))
            }
            _ => Ok(()),
        }
    }
}

impl Condition {
    fn new(field: &str, test: Test, value: &Value) -> Option<Self> {
        Some(Condition { field: field.to_ascii_lowercase(), test, value: value.as_str()?.to_owned() })
    }

    fn holds(&self, value: &str) -> bool {
        match self.test {
            Test::Equals => value == self.value,
            Test::StartsWith => value.starts_with(&self.value),
        }
    }

    fn shown(&self) -> String {
        let test = match self.test {
            Test::Equals => "eq",
            Test::StartsWith => "starts-with",
        };
        format!("[\"{test}\", \"${}\", \"{}\"]", self.field, self.value)
    }
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn refusal(reason: &str) -> S3Error {
    let message = format!("Invalid according to Policy: {reason}");
    S3Error::with_message(S3ErrorCode::AccessDenied, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: &str = "2026-11-22T22:00:00Z";

    fn policy() -> Policy {
        let document = json!({
            "expiration": "2026-11-22T22:05:00.000Z",
            "conditions": [
                { "bucket": "media" },
                ["eq", "$key", "uploads/1"],
                ["starts-with", "$Content-Type", "image/"],
                ["content-length-range", 1, 10],
            ],
        });
        Policy::read(&STANDARD.encode(document.to_string())).unwrap()
    }

    fn check(changes: &[(&str, &str)], now: &str) -> Result<(), String> {
        let good =
            [("bucket", "media"), ("key", "uploads/1"), ("content-type", "image/png"), ("policy", "x")];
        let fields = good.iter().chain(changes);
        let fields = fields.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let checked = policy().check(&fields, now.parse().unwrap());
        checked.map_err(|error| error.message().unwrap_or_default().to_owned())
    }

    #[test]
    fn fields_that_meet_every_condition_pass_until_the_policy_ends() {
        assert_eq!(check(&[], NOW), Ok(()));
        let expired = check(&[], "2026-11-22T22:05:00Z").unwrap_err();
        assert_eq!(expired, "Invalid according to Policy: Policy expired.");
    }

    #[test]
    fn another_key_type_or_bucket_and_fields_without_a_condition_are_refused() {
        let cases = [
            (("key", "uploads/2"), "Policy Condition failed: [\"eq\", \"$key\", \"uploads/1\"]"),
            (("key", "uploads/1/../2"), "Policy Condition failed: [\"eq\", \"$key\", \"uploads/1\"]"),
            (
                ("content-type", "text/html"),
                "Policy Condition failed: [\"starts-with\", \"$content-type\", \"image/\"]",
            ),
            (("bucket", "other"), "Policy Condition failed: [\"eq\", \"$bucket\", \"media\"]"),
            (("acl", "public-read"), "Extra input fields: acl"),
        ];
        for (change, expected) in cases {
            assert_eq!(check(&[change], NOW), Err(format!("Invalid according to Policy: {expected}")));
        }
    }

    #[test]
    fn sizes_have_two_ends() {
        let code = |size| policy().check_size(size).map_err(|error| error.code().as_str().to_owned());
        assert_eq!((code(1), code(10)), (Ok(()), Ok(())));
        assert_eq!(code(0), Err("EntityTooSmall".to_owned()));
        assert_eq!(code(11), Err("EntityTooLarge".to_owned()));
    }

    #[test]
    fn what_is_no_policy_is_refused() {
        for wrong in [
            "%%".to_owned(),
            STANDARD.encode("no"),
            STANDARD.encode("{\"conditions\": []}"),
            STANDARD.encode("{\"expiration\": \"soon\", \"conditions\": []}"),
            STANDARD.encode(
                "{\"expiration\": \"2026-11-22T22:05:00Z\", \"conditions\": [[\"like\", \"$key\", \"a\"]]}",
            ),
        ] {
            let error = Policy::read(&wrong).unwrap_err();
            assert_eq!(error.code().as_str(), "InvalidPolicyDocument", "{wrong}");
        }
    }
}

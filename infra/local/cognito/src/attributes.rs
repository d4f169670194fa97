//! What people may say about themselves.

use std::collections::BTreeMap;

use crate::config::{AttributeKind, AttributeSchema, ClientConfig, PoolConfig};
use crate::request::Attribute;
use crate::response::Failure;

const LONGEST: usize = 2_048;

/// The standard attributes that people may write; verification marks are not among them.
const STANDARD: [&str; 17] = [
    "address",
    "birthdate",
    "email",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "picture",
    "preferred_username",
    "profile",
    "updated_at",
    "website",
    "zoneinfo",
];
const MARKS: [&str; 2] = ["email_verified", "phone_number_verified"];

/// Attributes by name; of two with one name the later counts.
pub(crate) fn by_name(list: Vec<Attribute>) -> BTreeMap<String, String> {
    list.into_iter().map(|attribute| (attribute.name, attribute.value)).collect()
}

/// Whether this can be an email address.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let plain = text.chars().all(|letter| !letter.is_whitespace() && !letter.is_control());
    let host_is_whole = host.split('.').all(|label| !label.is_empty()) && !host.contains('@');
    plain && !name.is_empty() && host_is_whole && text.len() <= 254
}

impl ClientConfig {
    /// Refuses attributes that people cannot write through this client.
    pub(crate) fn check_writable<'a>(
        &self,
        mut names: impl Iterator<Item = &'a String>,
    ) -> Result<(), Failure> {
        let may_write = |name: &String| {
            name != "sub"
                && !MARKS.contains(&name.as_str())
                && self.write_attributes.as_ref().is_none_or(|writable| writable.contains(name))
        };
        if names.all(may_write) {
            return Ok(());
        }
        Err(Failure::not_authorized("A client attempted to write unauthorized attribute"))
    }
}

impl PoolConfig {
    /// Refuses attributes that the pool does not have and values that do not fit.
    pub(crate) fn check_attributes(&self, attributes: &BTreeMap<String, String>) -> Result<(), Failure> {
        attributes.iter().try_for_each(|(name, value)| self.check_attribute(name, value))
    }

    fn check_attribute(&self, name: &str, value: &str) -> Result<(), Failure> {
        let kind = match self.schema(name) {
            Some(schema) => schema.kind,
            None if MARKS.contains(&name) => AttributeKind::Boolean,
            None if STANDARD.contains(&name) => AttributeKind::String { min: 0, max: LONGEST },
            None => {
                return Err(nonconforming(format!("Type for attribute {{{name}}} could not be determined")));
            }
        };
        if name == "email" && !is_email(value) {
            return Err(Failure::invalid_parameter("Invalid email address format."));
        }
        // An empty value asks to delete the attribute.
        if value.is_empty() || fits(kind, value) {
            return Ok(());
        }
        Err(nonconforming(format!("{name}: String does not match the attribute's type or length\n")))
    }

    /// Refuses a sign-up that leaves out what is required.
    pub(crate) fn check_required(&self, attributes: &BTreeMap<String, String>) -> Result<(), Failure> {
        let absent = |schema: &&AttributeSchema| {
            schema.required && attributes.get(&schema.name).is_none_or(String::is_empty)
        };
        match self.attributes.iter().find(absent) {
            Some(schema) => Err(nonconforming(format!("{}: The attribute is required\n", schema.name))),
            None => Ok(()),
        }
    }

    /// Refuses to change what can only be set at sign-up.
    pub(crate) fn check_mutable(&self, name: &str) -> Result<(), Failure> {
        match self.schema(name) {
            Some(schema) if !schema.mutable => {
                Err(Failure::invalid_parameter(format!("user.{name}: Attribute cannot be updated.\n")))
            }
            _ => Ok(()),
        }
    }

    /// Refuses to delete what a person cannot be without.
    pub(crate) fn check_deletable(&self, name: &str) -> Result<(), Failure> {
        let required = self.schema(name).is_some_and(|schema| schema.required);
        if required || matches!(name, "sub" | "email") || MARKS.contains(&name) {
            return Err(Failure::invalid_parameter(format!("user.{name}: Attribute cannot be deleted.\n")));
        }
        self.check_mutable(name)
    }

    fn schema(&self, name: &str) -> Option<&AttributeSchema> {
        self.attributes.iter().find(|schema| schema.name == name)
    }
}

fn fits(kind: AttributeKind, value: &str) -> bool {
    match kind {
        AttributeKind::String { min, max } => (min..=max.min(LONGEST)).contains(&value.chars().count()),
        AttributeKind::Number => value.parse::<i64>().is_ok(),
        AttributeKind::Boolean => matches!(value, "true" | "false"),
        AttributeKind::DateTime => value.parse::<i64>().is_ok() || value.parse::<jiff::Timestamp>().is_ok(),
    }
}

fn nonconforming(why: String) -> Failure {
    Failure::invalid_parameter(format!("Attributes did not conform to the schema: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_other_text() {
        for address in ["a@b.c", "a.b+c@d.example", "xin@chào.example", "root@localhost"] {
            assert!(is_email(address), "{address}");
        }
        for text in ["", "a", "@b.c", "a@", "a@b..c", "a b@c.d", "a@b@c.d", "a@.c", "a\n@b.c"] {
            assert!(!is_email(text), "{text:?}");
        }
    }

    #[test]
    fn values_fit_their_kind() {
        let name = AttributeKind::String { min: 2, max: 3 };
        for (kind, good, bad) in [
            (name, "abc", "abcd"),
            (AttributeKind::Number, "-12", "1.5"),
            (AttributeKind::Boolean, "true", "yes"),
            (AttributeKind::DateTime, "2026-01-01T00:00:00Z", "tomorrow"),
        ] {
            assert!(fits(kind, good) && !fits(kind, bad), "{kind:?}");
        }
    }

    #[test]
    fn nobody_marks_an_address_as_verified() {
        let client = ClientConfig::new("c");
        for name in ["email_verified", "sub"] {
            let failure = client.check_writable([name.to_owned()].iter()).unwrap_err();
            assert_eq!(failure.code, "NotAuthorizedException");
        }
        client.check_writable(["email".to_owned(), "custom:x".to_owned()].iter()).unwrap();
    }
}

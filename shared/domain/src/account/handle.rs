//! The unique name of a person.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Error;

/// A handle: 3 to 30 of `a`–`z`, `0`–`9`, dot and underscore, beginning with a letter.
///
/// Capitals are made small, and an `@` before it is taken away, so that a handle has one spelling.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Handle(String);

impl Handle {
    /// The fewest characters.
    pub const MIN: usize = 3;
    /// The most characters.
    pub const MAX: usize = 30;

    /// Reads a handle; anything of another form is a `BadRequest`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let handle = text.strip_prefix('@').unwrap_or(text).to_ascii_lowercase();
        let legal = (Handle::MIN..=Handle::MAX).contains(&handle.len())
            && handle.starts_with(|first: char| first.is_ascii_lowercase())
            && handle.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_'));
        if legal {
            Ok(Handle(handle))
        } else {
            Err(Error::bad_request(
                "a handle has 3 to 30 of a to z, 0 to 9, dot and underscore, and begins with a letter",
            ))
        }
    }

    /// The handle, without `@`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Handle {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        Handle::parse(&text)
    }
}

impl From<Handle> for String {
    fn from(handle: Handle) -> String {
        handle.0
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_has_one_spelling() {
        assert_eq!(Handle::parse("@Alice.1").unwrap().as_str(), "alice.1");
        assert_eq!(Handle::parse("alice.1").unwrap().as_str(), "alice.1");
    }

    #[test]
    fn other_forms_are_refused() {
        let long = "a".repeat(31);
        for bad in ["", "ab", "1abc", "_abc", ".abc", "a b", "ab-c", "älice", "ALİCE", "@@abc", "a#bc", &long]
        {
            assert!(Handle::parse(bad).is_err(), "{bad}");
        }
        assert!(Handle::parse(&"a".repeat(30)).is_ok());
    }
}

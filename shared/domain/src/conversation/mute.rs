//! Until when nothing rings.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Error;

/// The end of muting. Any time in the year 9999 means always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "Timestamp")]
pub struct MutedUntil(Timestamp);

impl MutedUntil {
    /// The moment.
    pub const fn get(self) -> Timestamp {
        self.0
    }
}

impl TryFrom<String> for MutedUntil {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        if let Ok(moment) = text.parse::<Timestamp>() {
            return Ok(MutedUntil(moment));
        }
        // The last hours of 9999 lie beyond the greatest timestamp, and are what clients write for 'always'.
        match text.get(..10).and_then(|date| date.parse::<Date>().ok()) {
            Some(date) if date.year() == 9999 => Ok(MutedUntil(Timestamp::MAX)),
            _ => Err(Error::bad_request("not a time")),
        }
    }
}

impl From<MutedUntil> for Timestamp {
    fn from(until: MutedUntil) -> Timestamp {
        until.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<MutedUntil, Error> {
        MutedUntil::try_from(text.to_owned())
    }

    #[test]
    fn the_end_of_9999_is_always() {
        for always in ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999999999Z", "9999-12-31T00:00:00-05:00"]
        {
            assert_eq!(read(always).unwrap().get(), Timestamp::MAX, "{always}");
        }
        assert_eq!(Timestamp::MAX.to_string().get(..4), Some("9999"));
    }

    #[test]
    fn other_times_are_kept() {
        assert_eq!(read("2030-01-01T10:00:00+07:00").unwrap().get(), "2030-01-01T03:00:00Z".parse().unwrap());
        assert!(read("2030-01-01T10:00Z").is_ok());
        assert_eq!(
            Timestamp::from(read("2030-01-01T10:00Z").unwrap()),
            "2030-01-01T10:00:00Z".parse().unwrap()
        );
        assert!(read("tomorrow").is_err());
        assert!(read("2030-13-01T10:00:00Z").is_err());
        assert!(read("2030-01-01").is_err(), "a day is no time");
    }
}

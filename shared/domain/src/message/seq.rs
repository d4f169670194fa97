//! Numbers that a client names.

use serde::Deserialize;

use crate::Error;

/// A number of a message or a change as a client gives it: 0 to 2,147,483,647, what an `Int` of GraphQL holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "i64")]
pub struct Position(u64);

impl Position {
    /// Reads a number; a negative or larger one is a `BadRequest`.
    pub fn new(number: i64) -> Result<Self, Error> {
        match u64::try_from(number) {
            Ok(number) if i32::try_from(number).is_ok() => Ok(Position(number)),
            _ => Err(Error::bad_request("must be from 0 to 2147483647")),
        }
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl TryFrom<i64> for Position {
    type Error = Error;
    fn try_from(number: i64) -> Result<Self, Error> {
        Position::new(number)
    }
}

/// The number of a message as a client gives it: 1 to 2,147,483,647.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "i64")]
pub struct Seq(u64);

impl Seq {
    /// Reads a number; one that no message can have is a `BadRequest`.
    pub fn new(number: i64) -> Result<Self, Error> {
        match u64::try_from(number) {
            Ok(number @ 1..) if i32::try_from(number).is_ok() => Ok(Seq(number)),
            _ => Err(Error::bad_request("must be from 1 to 2147483647")),
        }
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl TryFrom<i64> for Seq {
    type Error = Error;
    fn try_from(number: i64) -> Result<Self, Error> {
        Seq::new(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_what_graphql_can_say_and_never_negative() {
        assert_eq!(Position::new(0).unwrap().get(), 0);
        assert_eq!(Position::new(2_147_483_647).unwrap().get(), 2_147_483_647);
        assert!(Position::new(-1).is_err());
        assert!(Position::new(2_147_483_648).is_err());
        assert_eq!(Seq::new(1).unwrap().get(), 1);
        assert!(Seq::new(0).is_err() && Seq::new(-1).is_err() && Seq::new(2_147_483_648).is_err());
    }
}

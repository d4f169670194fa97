//! Bounded lists.

use serde::{Deserialize, Serialize};

use crate::Error;

/// How many items a page holds: 1 to 100, 25 when the caller does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "i64")]
pub struct Limit(u16);

impl Limit {
    /// The most that a caller may ask for.
    pub const MAX: u16 = 100;

    /// Reads a limit; outside 1 to 100 it is a `BadRequest`.
    pub fn new(limit: i64) -> Result<Self, Error> {
        match u16::try_from(limit) {
            Ok(limit @ 1..=Limit::MAX) => Ok(Limit(limit)),
            _ => Err(Error::bad_request("limit must be from 1 to 100")),
        }
    }

    /// The number.
    pub const fn get(self) -> usize {
        self.0 as usize
    }
}

impl Default for Limit {
    fn default() -> Self {
        Limit(25)
    }
}

impl TryFrom<i64> for Limit {
    type Error = Error;
    fn try_from(limit: i64) -> Result<Self, Error> {
        Limit::new(limit)
    }
}

/// One page of a list, as AppSync's users expect it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The items, in the order of the list.
    pub items: Vec<T>,
    /// Where the next page starts, sealed for this query and this caller; none on the last page.
    pub next_token: Option<String>,
}

//! The matrix.

pub(crate) mod account;
pub(crate) mod conversations;
pub(crate) mod events;
pub(crate) mod messages;

use super::row::Row;

/// All rows.
pub(crate) fn all() -> impl Iterator<Item = &'static Row> {
    [account::ROWS, conversations::ROWS, messages::ROWS, events::ROWS].into_iter().flatten()
}

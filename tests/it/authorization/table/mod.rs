//! The matrix.

pub(crate) mod account;
pub(crate) mod conversations;
pub(crate) mod events;
pub(crate) mod media;
pub(crate) mod messages;
pub(crate) mod notifications;
pub(crate) mod policies;
pub(crate) mod search;

use super::row::Row;

/// All rows.
pub(crate) fn all() -> impl Iterator<Item = &'static Row> {
    let areas = [
        account::ROWS,
        conversations::ROWS,
        messages::ROWS,
        media::ROWS,
        search::ROWS,
        notifications::ROWS,
        events::ROWS,
    ];
    areas.into_iter().chain(policies::GROUPS).flatten()
}

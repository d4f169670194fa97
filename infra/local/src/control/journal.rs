//! The journal with its sums.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use local_core::journal::Entry;
use serde::Serialize;

use super::Control;

/// An operation and what it cost in all.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Account {
    #[serde(flatten)]
    entry: Entry,
    round_trips: usize,
    read_units: f64,
    write_units: f64,
}

impl From<Entry> for Account {
    fn from(entry: Entry) -> Self {
        Account {
            round_trips: entry.round_trips(),
            // The sum of nothing is -0.0.
            read_units: entry.read_units() + 0.0,
            write_units: entry.write_units() + 0.0,
            entry,
        }
    }
}

pub(super) async fn list(State(control): State<Control>) -> Json<Vec<Account>> {
    Json(control.inner.journal.entries().into_iter().map(Account::from).collect())
}

pub(super) async fn clear(State(control): State<Control>) -> StatusCode {
    control.inner.journal.clear();
    StatusCode::NO_CONTENT
}

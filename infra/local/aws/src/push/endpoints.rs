//! Devices that registered for push.

use rusqlite::{OptionalExtension, Row};
use serde::Serialize;

use crate::queues::{Store, StoreError};

/// A device's endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// Its ARN.
    pub arn: String,
    /// The ARN of the platform application.
    pub application: String,
    /// The token that the platform gave the device.
    pub token: String,
    /// What the application noted about it.
    pub user_data: String,
    /// Whether messages reach it.
    pub enabled: bool,
}

/// What to change about an endpoint.
#[derive(Debug, Clone, Default)]
pub(super) struct Change {
    pub(super) enabled: Option<bool>,
    pub(super) token: Option<String>,
    pub(super) user_data: Option<String>,
}

#[derive(Clone)]
pub(super) struct Endpoints {
    store: Store,
}

const COLUMNS: &str = "arn, application, token, user_data, enabled";

impl Endpoints {
    pub(super) fn new(store: Store) -> Self {
        Endpoints { store }
    }

    /// Keeps an endpoint, or answers the one that the token has already.
    pub(super) fn create(&self, fresh: &Endpoint) -> Result<Endpoint, StoreError> {
        self.store.with(|conn| {
            conn.execute(
                &format!("INSERT OR IGNORE INTO endpoints ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5)"),
                (&fresh.arn, &fresh.application, &fresh.token, &fresh.user_data, fresh.enabled),
            )?;
            let of_token = format!("SELECT {COLUMNS} FROM endpoints WHERE application = ?1 AND token = ?2");
            conn.query_row(&of_token, (&fresh.application, &fresh.token), endpoint)
        })
    }

    pub(super) fn get(&self, arn: &str) -> Result<Option<Endpoint>, StoreError> {
        let by_arn = format!("SELECT {COLUMNS} FROM endpoints WHERE arn = ?1");
        self.store.with(|conn| conn.query_row(&by_arn, [arn], endpoint).optional())
    }

    pub(super) fn list(&self) -> Result<Vec<Endpoint>, StoreError> {
        self.store.with(|conn| {
            let mut query =
                conn.prepare(&format!("SELECT {COLUMNS} FROM endpoints ORDER BY rowid LIMIT 1000"))?;
            let rows = query.query_map([], endpoint)?;
            rows.collect()
        })
    }

    /// Says whether the endpoint is there.
    pub(super) fn change(&self, arn: &str, change: &Change) -> Result<bool, StoreError> {
        let changed = self.store.with(|conn| {
            conn.execute(
                "UPDATE endpoints SET enabled = COALESCE(?2, enabled), token = COALESCE(?3, token),
                     user_data = COALESCE(?4, user_data) WHERE arn = ?1",
                (arn, change.enabled, &change.token, &change.user_data),
            )
        })?;
        Ok(changed > 0)
    }

    pub(super) fn delete(&self, arn: &str) -> Result<(), StoreError> {
        self.store.with(|conn| conn.execute("DELETE FROM endpoints WHERE arn = ?1", [arn])).map(drop)
    }
}

fn endpoint(row: &Row<'_>) -> rusqlite::Result<Endpoint> {
    Ok(Endpoint {
        arn: row.get(0)?,
        application: row.get(1)?,
        token: row.get(2)?,
        user_data: row.get(3)?,
        enabled: row.get(4)?,
    })
}

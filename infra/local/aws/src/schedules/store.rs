//! Schedules in SQLite.

use rusqlite::{Connection, OptionalExtension as _, Result, Row};

/// A schedule as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    /// Unique; those of the template begin with `template/`.
    pub(super) name: String,
    /// What was asked for, as JSON.
    pub(super) wish: String,
    /// When it was made, in milliseconds since the epoch.
    pub(super) begun: i64,
    /// When it runs next; none for never.
    pub(super) next: Option<i64>,
}

/// How many schedules run in one transaction.
const AT_ONCE: u32 = 100;

pub(super) fn put(conn: &Connection, kept: &Kept) -> Result<()> {
    conn.execute(
        "INSERT OR REPLACE INTO schedules (name, wish, begun, next) VALUES (?1, ?2, ?3, ?4)",
        (&kept.name, &kept.wish, kept.begun, kept.next),
    )?;
    Ok(())
}

pub(super) fn get(conn: &Connection, name: &str) -> Result<Option<Kept>> {
    let by_name = "SELECT name, wish, begun, next FROM schedules WHERE name = ?1";
    conn.query_row(by_name, [name], kept).optional()
}

/// Says whether it was there.
pub(super) fn delete(conn: &Connection, name: &str) -> Result<bool> {
    Ok(conn.execute("DELETE FROM schedules WHERE name = ?1", [name])? > 0)
}

pub(super) fn list(conn: &Connection) -> Result<Vec<Kept>> {
    let mut query = conn.prepare_cached("SELECT name, wish, begun, next FROM schedules ORDER BY name")?;
    query.query_map((), kept)?.collect()
}

/// What has to run by now, longest due first.
pub(super) fn due(conn: &Connection, now: i64) -> Result<Vec<Kept>> {
    let mut query = conn.prepare_cached(
        "SELECT name, wish, begun, next FROM schedules WHERE next <= ?1 ORDER BY next, name LIMIT ?2",
    )?;
    query.query_map((now, AT_ONCE), kept)?.collect()
}

fn kept(row: &Row<'_>) -> Result<Kept> {
    Ok(Kept { name: row.get(0)?, wish: row.get(1)?, begun: row.get(2)?, next: row.get(3)? })
}

//! What is kept, in SQLite.
//!
//! Each change is one transaction. WAL with `synchronous = NORMAL` hands every commit to the operating system
//! before it is acknowledged, so a kill of the process loses nothing (a power cut may lose the last moments).

use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use crate::parts::Location;
use crate::response::Failure;

pub(crate) mod attempts;
pub(crate) mod families;
pub(crate) mod identities;
pub(crate) mod links;
pub(crate) mod users;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS users (
        sub TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS families (
        id TEXT PRIMARY KEY, sub TEXT NOT NULL, client_id TEXT NOT NULL, origin_jti TEXT NOT NULL,
        auth_time INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS families_by_sub ON families (sub);
    CREATE INDEX IF NOT EXISTS families_by_end ON families (expires_at);
    CREATE TABLE IF NOT EXISTS refresh_tokens (
        digest BLOB PRIMARY KEY, family TEXT NOT NULL REFERENCES families (id) ON DELETE CASCADE,
        retires_at INTEGER) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS refresh_tokens_by_family ON refresh_tokens (family);
    CREATE TABLE IF NOT EXISTS family_scopes (
        family TEXT PRIMARY KEY REFERENCES families (id) ON DELETE CASCADE, scope TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS provider_links (
        provider TEXT NOT NULL, subject TEXT NOT NULL, sub TEXT NOT NULL,
        PRIMARY KEY (provider, subject)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS provider_links_by_sub ON provider_links (sub);
    CREATE TABLE IF NOT EXISTS identities (id TEXT PRIMARY KEY, login TEXT UNIQUE) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS attempts (
        name TEXT PRIMARY KEY, failures INTEGER NOT NULL, last INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS attempts_by_last ON attempts (last);
";

/// The pools' database.
pub(crate) struct Store {
    connection: Mutex<Connection>,
}

impl Store {
    pub(crate) fn open(location: &Location) -> rusqlite::Result<Self> {
        let connection = match location {
            Location::Memory => Connection::open_in_memory()?,
            Location::Directory(directory) => Connection::open(directory.join("cognito.sqlite"))?,
        };
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Store { connection: Mutex::new(connection) })
    }

    /// Runs work in one transaction, which is kept if the work succeeds.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    /// Reads.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Failure>) -> Result<T, Failure> {
        work(&self.connection.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether a value of the pool itself was made.
    pub(crate) fn knows(&self, name: &str) -> Result<bool, Failure> {
        self.read(|connection| {
            let query = "SELECT EXISTS (SELECT 1 FROM meta WHERE name = ?1)";
            Ok(connection.query_row(query, [name], |row| row.get(0))?)
        })
    }

    /// A value that belongs to the pool itself, made once.
    pub(crate) fn once(
        &self,
        name: &str,
        make: impl FnOnce() -> Result<Vec<u8>, Failure>,
    ) -> Result<Vec<u8>, Failure> {
        let found = self.read(|connection| {
            let query = "SELECT value FROM meta WHERE name = ?1";
            Ok(connection.query_row(query, [name], |row| row.get(0)).optional()?)
        })?;
        if let Some(value) = found {
            return Ok(value);
        }
        let value = make()?;
        self.write(|transaction| {
            let statement = "INSERT INTO meta (name, value) VALUES (?1, ?2)";
            transaction.execute(statement, rusqlite::params![name, value])?;
            Ok(())
        })?;
        Ok(value)
    }
}

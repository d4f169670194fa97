//! The file in which the small services remember.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use crate::dynamodb::Location;

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS letters (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        queue TEXT NOT NULL,
        sent_at INTEGER NOT NULL,
        body TEXT NOT NULL,
        attributes TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS deliveries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        rule TEXT NOT NULL,
        event TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS endpoints (
        arn TEXT PRIMARY KEY,
        application TEXT NOT NULL,
        token TEXT NOT NULL,
        user_data TEXT NOT NULL,
        enabled INTEGER NOT NULL,
        UNIQUE (application, token)
    );
    CREATE TABLE IF NOT EXISTS schedules (
        name TEXT PRIMARY KEY,
        wish TEXT NOT NULL,
        begun INTEGER NOT NULL,
        next INTEGER
    );
    CREATE INDEX IF NOT EXISTS due ON schedules (next) WHERE next IS NOT NULL;
    CREATE TABLE IF NOT EXISTS objects (
        bucket TEXT NOT NULL,
        key TEXT NOT NULL,
        etag TEXT NOT NULL,
        size INTEGER NOT NULL,
        modified INTEGER NOT NULL,
        attributes TEXT NOT NULL,
        tags TEXT NOT NULL,
        body INTEGER NOT NULL,
        PRIMARY KEY (bucket, key)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS uploads (
        id TEXT PRIMARY KEY,
        bucket TEXT NOT NULL,
        key TEXT NOT NULL,
        started INTEGER NOT NULL,
        attributes TEXT NOT NULL,
        tags TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS parts (
        upload TEXT NOT NULL,
        number INTEGER NOT NULL,
        etag TEXT NOT NULL,
        size INTEGER NOT NULL,
        modified INTEGER NOT NULL,
        body INTEGER NOT NULL,
        PRIMARY KEY (upload, number)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS bodies (id INTEGER PRIMARY KEY AUTOINCREMENT);
    CREATE TABLE IF NOT EXISTS pieces (
        id INTEGER PRIMARY KEY,
        body INTEGER NOT NULL,
        start INTEGER NOT NULL,
        data BLOB NOT NULL,
        UNIQUE (body, start)
    );";

/// Why something could not be remembered.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder cannot be made.
    #[error("the data directory cannot be used: {0}")]
    Folder(#[from] std::io::Error),
    /// The file failed.
    #[error("services.sqlite failed: {0}")]
    Database(#[from] rusqlite::Error),
    /// What was stored is not JSON.
    #[error("services.sqlite holds something unreadable: {0}")]
    Content(#[from] serde_json::Error),
}

/// One connection, shared.
#[derive(Clone)]
pub(crate) struct Store {
    conn: Arc<Mutex<Connection>>,
}

impl Store {
    pub(crate) fn open(location: &Location) -> Result<Self, StoreError> {
        let conn = match location {
            Location::Memory => Connection::open_in_memory()?,
            Location::Folder(folder) => {
                std::fs::create_dir_all(folder)?;
                Connection::open(folder.join("services.sqlite"))?
            }
        };
        conn.execute_batch(SCHEMA)?;
        Ok(Store { conn: Arc::new(Mutex::new(conn)) })
    }

    pub(crate) fn with<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        Ok(work(&self.conn.lock().unwrap_or_else(PoisonError::into_inner))?)
    }
}

//! The write-ahead log is copied into the database file by a thread of its own.
//!
//! SQLite would do it in whichever write happens to fill the log, and flush the disk meanwhile: on a busy disk that
//! write, and all behind it, would wait for most of a second.

use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Mutex, PoisonError, Weak};
use std::time::Duration;

use rusqlite::Connection;

use super::engine::State;

/// How often to copy.
const PAUSE: Duration = Duration::from_millis(500);

/// The log's length, in pages of 4 kB, at which it is made to start over even though writes never pause.
const LONG: i64 = 8_000;

/// The thread; it ends when this is dropped.
pub(super) struct Checkpointer {
    _stop: Sender<()>,
}

impl Checkpointer {
    /// Starts to copy the log of a file. `state` is what writes to it.
    pub(super) fn start(file: &Path, state: Weak<Mutex<State>>) -> rusqlite::Result<Self> {
        let conn = Connection::open(file)?;
        let (stop, stopped) = mpsc::channel();
        std::thread::spawn(move || {
            while stopped.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
                if let Err(error) = copy(&conn, &state, LONG) {
                    tracing::warn!(%error, "the write-ahead log cannot be copied");
                }
            }
        });
        Ok(Checkpointer { _stop: stop })
    }
}

/// Copies what it can beside the writers; makes the log start over if it is `long` pages or more.
fn copy(conn: &Connection, state: &Weak<Mutex<State>>, long: i64) -> rusqlite::Result<()> {
    let length: i64 = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1))?;
    if length < long {
        return Ok(());
    }
    // Nearly all of it is copied by now: what is left, while nobody writes, is little.
    let Some(state) = state.upgrade() else { return Ok(()) };
    let _nobody_writes = state.lock().unwrap_or_else(PoisonError::into_inner);
    conn.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use dynoxide::storage::Storage;
    use local_core::clock::Clock;

    use super::*;

    /// The pages in the log, and those of them that are copied.
    fn log(conn: &Connection) -> (i64, i64) {
        conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| Ok((row.get(1)?, row.get(2)?))).unwrap()
    }

    #[test]
    fn the_log_is_copied_and_starts_over_when_it_is_long() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("dynamodb.sqlite");
        let storage = Storage::new(file.to_str().unwrap()).unwrap();
        let state = Arc::new(Mutex::new(State::new(storage, Clock::default())));
        let write = || {
            let state = state.lock().unwrap();
            state.storage.conn().execute_batch("INSERT INTO t VALUES (zeroblob(40000));").unwrap();
        };
        state.lock().unwrap().storage.conn().execute_batch("CREATE TABLE t (b BLOB);").unwrap();
        let conn = Connection::open(&file).unwrap();
        (0..5).for_each(|_| write());
        copy(&conn, &Arc::downgrade(&state), i64::MAX).unwrap();
        let (before, copied) = log(&conn);
        assert!(before > 50 && copied == before, "{copied} of {before} pages");
        copy(&conn, &Arc::downgrade(&state), 0).unwrap();
        write();
        assert!(log(&conn).0 < before, "the log did not start over");
    }
}

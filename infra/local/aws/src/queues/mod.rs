//! Dead-letter queues, which keep what failed for good until somebody looks.
//!
//! They share one small SQLite file with the other services that must remember things across a kill: EventBridge's
//! deliveries under way and the endpoints of push.

mod store;

use std::collections::BTreeMap;

use jiff::Timestamp;
use local_core::clock::Clock;
use serde::Serialize;
use serde_json::Value;

pub(crate) use store::Store;
pub use store::StoreError;

use crate::dynamodb::Location;

/// How many letters a listing shows.
const SHOWN: u32 = 1_000;

/// A message in a dead-letter queue.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeadLetter {
    /// Its number, unique among all queues.
    pub id: i64,
    /// The queue's name.
    pub queue: String,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// What was sent.
    pub body: Value,
    /// The message attributes, by name.
    pub attributes: BTreeMap<String, String>,
}

/// The dead-letter queues. Cheap to clone; clones share their letters.
#[derive(Clone)]
pub struct Queues {
    store: Store,
    clock: Clock,
}

impl Queues {
    /// Opens the queues of a folder (`services.sqlite`), or empty ones in memory.
    pub fn open(location: &Location, clock: Clock) -> Result<Self, StoreError> {
        Ok(Queues { store: Store::open(location)?, clock })
    }

    /// Puts a letter into a queue, which is named by its name or its ARN. It survives a kill.
    pub fn push(
        &self,
        queue: &str,
        body: &Value,
        attributes: &BTreeMap<String, String>,
    ) -> Result<(), StoreError> {
        let queue = queue.rsplit(':').next().unwrap_or(queue);
        let attributes = serde_json::to_string(attributes)?;
        self.store.with(|conn| {
            conn.execute(
                "INSERT INTO letters (queue, sent_at, body, attributes) VALUES (?1, ?2, ?3, ?4)",
                (queue, self.clock.now().as_millisecond(), body.to_string(), attributes),
            )
        })?;
        Ok(())
    }

    /// The oldest letters, at most a thousand, of one queue or of all.
    pub fn list(&self, queue: Option<&str>) -> Result<Vec<DeadLetter>, StoreError> {
        let rows = self.store.with(|conn| {
            let mut query = conn.prepare_cached(
                "SELECT id, queue, sent_at, body, attributes FROM letters
                     WHERE ?1 IS NULL OR queue = ?1 ORDER BY id LIMIT ?2",
            )?;
            let rows = query.query_map((queue, SHOWN), row)?;
            rows.collect::<Result<Vec<_>, _>>()
        })?;
        rows.into_iter().map(letter).collect()
    }

    /// One letter.
    pub fn get(&self, id: i64) -> Result<Option<DeadLetter>, StoreError> {
        let found = self.store.with(|conn| {
            let mut query = conn
                .prepare_cached("SELECT id, queue, sent_at, body, attributes FROM letters WHERE id = ?1")?;
            let mut rows = query.query_map([id], row)?;
            rows.next().transpose()
        })?;
        found.map(letter).transpose()
    }

    /// How many letters each queue that has any holds.
    pub fn counts(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        self.store.with(|conn| {
            let mut query = conn.prepare_cached("SELECT queue, COUNT(*) FROM letters GROUP BY queue")?;
            let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect()
        })
    }

    /// Removes one letter; says whether it was there.
    pub fn remove(&self, id: i64) -> Result<bool, StoreError> {
        let removed = self.store.with(|conn| conn.execute("DELETE FROM letters WHERE id = ?1", [id]))?;
        Ok(removed > 0)
    }

    /// Empties a queue; says how many letters it had.
    pub fn purge(&self, queue: &str) -> Result<usize, StoreError> {
        self.store.with(|conn| conn.execute("DELETE FROM letters WHERE queue = ?1", [queue]))
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }
}

/// A letter as stored.
type Row = (i64, String, i64, String, String);

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
}

fn letter((id, queue, sent_at, body, attributes): Row) -> Result<DeadLetter, StoreError> {
    Ok(DeadLetter {
        id,
        queue,
        sent_at: Timestamp::from_millisecond(sent_at).unwrap_or(Timestamp::UNIX_EPOCH),
        body: serde_json::from_str(&body)?,
        attributes: serde_json::from_str(&attributes)?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn queues() -> Queues {
        Queues::open(&Location::Memory, Clock::default()).unwrap()
    }

    #[test]
    fn letters_are_kept_in_order_and_by_queue() {
        let queues = queues();
        let attributes = BTreeMap::from([("ERROR_CODE".to_owned(), "Unhandled".to_owned())]);
        for (queue, n) in [("one", 1), ("two", 2), ("arn:aws:sqs:us-east-1:000000000000:one", 3)] {
            queues.push(queue, &json!({ "n": n }), &attributes).unwrap();
        }
        let letters = queues.list(Some("one")).unwrap();
        assert_eq!(letters.iter().map(|letter| &letter.body["n"]).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(letters[0].attributes, attributes);
        assert_eq!(queues.counts().unwrap(), BTreeMap::from([("one".to_owned(), 2), ("two".to_owned(), 1)]));
        assert_eq!(queues.list(None).unwrap().len(), 3);
    }

    #[test]
    fn a_letter_can_be_taken_out_and_a_queue_emptied() {
        let queues = queues();
        for n in 0..3 {
            queues.push("one", &json!(n), &BTreeMap::new()).unwrap();
        }
        let first = queues.list(None).unwrap().remove(0);
        assert_eq!(queues.get(first.id).unwrap(), Some(first.clone()));
        assert!(queues.remove(first.id).unwrap());
        assert!(!queues.remove(first.id).unwrap());
        assert_eq!(queues.purge("one").unwrap(), 2);
        assert!(queues.list(None).unwrap().is_empty());
    }
}

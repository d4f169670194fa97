//! The stream of a table: its records as functions see them, the readers' checkpoints, and trimming.

use std::fmt;

use dynoxide::streams;
use dynoxide::{DynoxideError, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::gate::Gate;
use super::table_arn;
use crate::http::REGION;

/// How many consumed records are kept, for redrives and for people who look at the stream.
const KEPT: i64 = 10_000;

/// The engine's sequence numbers, as AWS would write them: 21 digits.
const SEQUENCE_OFFSET: i128 = 100_000_000_000_000_000_000;

/// A place in a stream: that of the last record read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position(i64);

impl Position {
    /// Before the first record.
    pub const START: Position = Position(0);

    /// The place of the record with this sequence number.
    pub fn of(sequence_number: &str) -> Option<Self> {
        let number: i128 = sequence_number.parse().ok()?;
        i64::try_from(number - SEQUENCE_OFFSET).ok().map(Position)
    }

    /// The place just before.
    pub fn before(self) -> Self {
        Position(self.0 - 1)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", SEQUENCE_OFFSET + i128::from(self.0))
    }
}

/// A record of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Where it is.
    pub position: Position,
    /// When it was written, to the second.
    pub created: Timestamp,
    /// As it stands in the event of a function.
    pub event: Value,
}

impl Gate {
    /// The records after a place, oldest first, at most `limit` (up to 1,000).
    pub(crate) fn records_after(&self, table: &str, after: Position, limit: usize) -> Result<Vec<Record>> {
        let shard = streams::shard_id(table);
        let iterator = dynoxide::actions::get_shard_iterator::encode_shard_iterator(table, &shard, after.0);
        let mut state = self.inner.engine.lock();
        let request = json!({ "ShardIterator": iterator, "Limit": limit });
        let answer = state.run("GetRecords", request).unwrap_or(Ok(Value::Null))?;
        let label = state.storage.get_table_metadata(table)?.and_then(|table| table.stream_label);
        drop(state);
        let stream = stream_arn(table, label.as_deref());
        let Value::Array(records) = answer["Records"].to_owned() else { return Ok(Vec::new()) };
        records.into_iter().map(|record| as_event(record, &stream)).collect()
    }

    /// The place of the newest record.
    pub(crate) fn newest(&self, table: &str) -> Result<Position> {
        let state = self.inner.engine.lock();
        let newest: Option<i64> = state.storage.conn().query_row(
            "SELECT MAX(CAST(sequence_number AS INTEGER)) FROM _stream_records WHERE table_name = ?1",
            [table],
            |row| row.get(0),
        )?;
        Ok(Position(newest.unwrap_or(0)))
    }

    /// The ARN of a table's stream.
    pub fn stream_arn(&self, table: &str) -> String {
        let metadata = self.inner.engine.lock().storage.get_table_metadata(table).ok().flatten();
        stream_arn(table, metadata.and_then(|table| table.stream_label).as_deref())
    }

    /// Where a reader has got to; none if it never read.
    pub(crate) fn checkpoint(&self, reader: &str) -> Result<Option<Position>> {
        let state = self.inner.engine.lock();
        let mut query =
            state.storage.conn().prepare("SELECT position FROM \"local:checkpoints\" WHERE reader = ?1")?;
        let mut rows = query.query([reader])?;
        Ok(rows.next()?.map(|row| row.get(0)).transpose()?.map(Position))
    }

    /// Remembers where a reader has got to; survives a kill.
    pub(crate) fn set_checkpoint(&self, reader: &str, position: Position) -> Result<()> {
        let state = self.inner.engine.lock();
        state.storage.conn().execute(
            "INSERT INTO \"local:checkpoints\" (reader, position) VALUES (?1, ?2)
                 ON CONFLICT (reader) DO UPDATE SET position = excluded.position",
            (reader, position.0),
        )?;
        Ok(())
    }

    /// Deletes records that every reader has passed, but for the last ten thousand.
    ///
    /// The newest record always stays: the engine counts on from it.
    pub(crate) fn trim(&self, table: &str, passed: Position) -> Result<usize> {
        let state = self.inner.engine.lock();
        let deleted = state.storage.conn().execute(
            "DELETE FROM _stream_records
                 WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) <= ?2 AND id <= (
                     SELECT id FROM _stream_records WHERE table_name = ?1
                         ORDER BY CAST(sequence_number AS INTEGER) DESC LIMIT 1 OFFSET ?3)",
            (table, passed.0, KEPT),
        )?;
        Ok(deleted)
    }
}

fn stream_arn(table: &str, label: Option<&str>) -> String {
    format!("{}/stream/{}", table_arn(table), label.unwrap_or_default())
}

/// The engine's record, in the shape of Lambda's event.
fn as_event(mut record: Value, stream: &str) -> Result<Record> {
    let malformed = || DynoxideError::InternalServerError("a stream record is malformed".to_owned());
    let position =
        record["dynamodb"]["SequenceNumber"].as_str().and_then(Position::of).ok_or_else(malformed)?;
    let created = &record["dynamodb"]["ApproximateCreationDateTime"];
    #[expect(clippy::cast_possible_truncation, reason = "the engine counts whole seconds, in a float")]
    let seconds = created.as_f64().ok_or_else(malformed)? as i64;
    record["dynamodb"]["ApproximateCreationDateTime"] = seconds.into();
    record["awsRegion"] = REGION.into();
    record["eventSourceARN"] = stream.into();
    let created = Timestamp::from_second(seconds).map_err(|_| malformed())?;
    Ok(Record { position, created, event: record })
}

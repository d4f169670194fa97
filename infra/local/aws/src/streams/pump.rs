//! All mappings together.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use dynoxide::DynoxideError;
use local_core::invoke::{InvokeError, Invoker};
use local_core::journal::Journal;
use serde::Serialize;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::destination::function_arn;
use super::mapping::{SourceMapping, Start};
use super::worker::Worker;
use crate::dynamodb::{Gate, Position};
use crate::queues::{DeadLetter, Queues};

/// How many steps forward of a reader cause one look at what can be trimmed.
const STEPS_PER_TRIM: u64 = 500;

/// What the pump needs of others.
pub struct Parts {
    /// The tables.
    pub gate: Gate,
    /// The functions.
    pub invoker: Arc<dyn Invoker>,
    /// Where batches go that failed for good.
    pub queues: Queues,
    /// What happened.
    pub journal: Journal,
    /// The pause before the first retry; it doubles with each, up to a minute.
    pub retry_delay: Duration,
}

/// Why the pump could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A mapping names a table that does not exist.
    #[error("function {function} reads the stream of {table}, which does not exist")]
    NoTable {
        /// The function.
        function: String,
        /// The table.
        table: String,
    },
    /// The checkpoints cannot be read or written.
    #[error("the checkpoints cannot be used: {0}")]
    Checkpoints(#[from] DynoxideError),
}

/// Why a dead letter was not processed again.
#[derive(Debug, thiserror::Error)]
pub enum RedriveError {
    /// The letter is not of a stream.
    #[error("this letter does not come from a stream")]
    NotOfAStream,
    /// The records were trimmed.
    #[error("the records are no longer in the stream")]
    Trimmed,
    /// The stream cannot be read.
    #[error("the stream cannot be read: {0}")]
    Stream(#[from] DynoxideError),
    /// The function failed again.
    #[error("the function failed again: {0}")]
    Failed(#[from] InvokeError),
    /// The function reported records that failed again.
    #[error("the function reported {0} records that failed again")]
    Reported(usize),
}

/// How far a mapping has got.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// The function.
    pub function: String,
    /// The table.
    pub table: String,
    /// The last record that was processed or set aside.
    pub position: String,
    /// Whether anything is left to do.
    pub settled: bool,
}

/// The mappings at work; they stop when the pump is dropped.
pub struct Pump {
    shared: Arc<Shared>,
    mappings: Vec<SourceMapping>,
    workers: Vec<JoinHandle<()>>,
}

/// What the workers share.
pub(super) struct Shared {
    pub(super) parts: Parts,
    /// How many are waiting for the pump to settle.
    pub(super) settling: watch::Sender<usize>,
    readers: OnceLock<Vec<Reader>>,
    steps: AtomicU64,
}

struct Reader {
    table: String,
    position: watch::Receiver<Position>,
    settled: watch::Receiver<Option<u64>>,
}

impl Pump {
    /// Starts all mappings, each at its checkpoint. Must be called within a Tokio runtime.
    pub fn start(mappings: Vec<SourceMapping>, parts: Parts) -> Result<Self, StartError> {
        let tables = parts.gate.table_names();
        let shared = Arc::new(Shared {
            parts,
            settling: watch::Sender::new(0),
            readers: OnceLock::new(),
            steps: AtomicU64::new(0),
        });
        let mut workers = Vec::new();
        for mapping in &mappings {
            let SourceMapping { function, table, .. } = mapping.clone();
            if !tables.contains(&table) {
                return Err(StartError::NoTable { function, table });
            }
            let position = shared.starting_position(mapping)?;
            workers.push(Worker {
                mapping: mapping.clone(),
                shared: Arc::clone(&shared),
                position: watch::Sender::new(position),
                settled: watch::Sender::new(None),
            });
        }
        let readers = workers.iter().map(|worker| Reader {
            table: worker.mapping.table.clone(),
            position: worker.position.subscribe(),
            settled: worker.settled.subscribe(),
        });
        // Set once, here, before any worker looks.
        let _ = shared.readers.set(readers.collect());
        let workers = workers.into_iter().map(|worker| tokio::spawn(worker.run())).collect();
        Ok(Pump { shared, mappings, workers })
    }

    /// Waits until the streams are drained and no batch is under way, retries included. Windows are cut short.
    pub async fn settle(&self) {
        let _hurry = Hurry::new(&self.shared.settling);
        let versions = self.shared.parts.gate.versions();
        loop {
            let version = *versions.borrow();
            for reader in self.shared.readers() {
                let mut settled = reader.settled.clone();
                // An error means that the worker is gone, and with it all that it could do.
                let _ = settled.wait_for(|settled| settled.is_some_and(|settled| settled >= version)).await;
            }
            if *versions.borrow() == version {
                return;
            }
        }
    }

    /// How far each mapping has got.
    pub fn progress(&self) -> Vec<Progress> {
        let version = *self.shared.parts.gate.versions().borrow();
        let mappings = self.mappings.iter().zip(self.shared.readers());
        mappings
            .map(|(mapping, reader)| Progress {
                function: mapping.function.clone(),
                table: mapping.table.clone(),
                position: reader.position.borrow().to_string(),
                settled: *reader.settled.borrow() >= Some(version),
            })
            .collect()
    }

    /// Gives the records of a dead letter to their function once more, all in one batch.
    ///
    /// The letter stays where it is; whoever redrives removes it after success.
    pub async fn redrive(&self, letter: &DeadLetter) -> Result<(), RedriveError> {
        let batch = &letter.body["DDBStreamBatchInfo"];
        let place = |field: &str| batch[field].as_str().and_then(Position::of);
        let (Some(start), Some(end)) = (place("startSequenceNumber"), place("endSequenceNumber")) else {
            return Err(RedriveError::NotOfAStream);
        };
        let function = &letter.body["requestContext"]["functionArn"];
        let of_letter = |mapping: &&SourceMapping| *function == function_arn(&mapping.function);
        let mapping = self.mappings.iter().find(of_letter).ok_or(RedriveError::NotOfAStream)?;
        let size = batch["batchSize"].as_u64().and_then(|size| usize::try_from(size).ok()).unwrap_or(1);
        let mut records = Vec::new();
        let mut after = start.before();
        while after < end {
            let page = self.shared.parts.gate.records_after(&mapping.table, after, 1_000)?;
            let Some(last) = page.last() else { break };
            after = last.position;
            records.extend(page.into_iter().filter(|record| record.position <= end && mapping.wants(record)));
        }
        if records.len() < size {
            return Err(RedriveError::Trimmed);
        }
        let events: Vec<_> = records.into_iter().map(|record| record.event).collect();
        let answer = self.shared.invoke(&mapping.function, json!({ "Records": events })).await?;
        match answer["batchItemFailures"].as_array().map_or(0, Vec::len) {
            failed if mapping.report_batch_item_failures && failed > 0 => Err(RedriveError::Reported(failed)),
            _ => Ok(()),
        }
    }
}

impl Drop for Pump {
    fn drop(&mut self) {
        for worker in &self.workers {
            worker.abort();
        }
    }
}

impl Shared {
    fn readers(&self) -> &[Reader] {
        self.readers.get().map_or(&[], Vec::as_slice)
    }

    fn starting_position(&self, mapping: &SourceMapping) -> Result<Position, DynoxideError> {
        let gate = &self.parts.gate;
        if let Some(position) = gate.checkpoint(&mapping.reader())? {
            return Ok(position);
        }
        let position = match mapping.start {
            Start::TrimHorizon => Position::START,
            Start::Latest => gate.newest(&mapping.table)?,
        };
        // Kept at once: after a kill, `LATEST` must not mean what is latest by then.
        gate.set_checkpoint(&mapping.reader(), position)?;
        Ok(position)
    }

    /// Trims what all readers of a table have passed, once in many steps.
    pub(super) fn trim_now_and_then(&self, table: &str) {
        if self.steps.fetch_add(1, Ordering::Relaxed) % STEPS_PER_TRIM != STEPS_PER_TRIM - 1 {
            return;
        }
        let readers = self.readers().iter().filter(|reader| reader.table == table);
        let Some(passed) = readers.map(|reader| *reader.position.borrow()).min() else { return };
        match self.parts.gate.trim(table, passed) {
            Ok(0) => {}
            Ok(trimmed) => tracing::debug!(table, trimmed, "stream records trimmed"),
            Err(error) => tracing::error!(table, %error, "the stream cannot be trimmed"),
        }
    }
}

/// Counts those who wait, as long as they wait.
struct Hurry<'a>(&'a watch::Sender<usize>);

impl<'a> Hurry<'a> {
    fn new(settling: &'a watch::Sender<usize>) -> Self {
        settling.send_modify(|waiting| *waiting += 1);
        Hurry(settling)
    }
}

impl Drop for Hurry<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|waiting| *waiting -= 1);
    }
}

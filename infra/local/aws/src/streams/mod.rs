//! DynamoDB streams, fed to functions as Lambda's event source mappings do it.
//!
//! One worker per mapping reads its table's stream from a checkpoint that survives a kill, and delivers batches in
//! order: at least once, never skipping. A batch that fails is cut at the record that failed, split, retried, and in
//! the end set aside in a dead-letter queue, so that a poison record never blocks the rest.

mod batch;
mod destination;
mod mapping;
mod pump;
mod worker;

#[cfg(test)]
mod tests;

pub use mapping::{SourceMapping, Start};
pub use pump::{Parts, Progress, Pump, RedriveError, StartError};

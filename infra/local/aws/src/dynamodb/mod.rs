//! DynamoDB: a gate before an embedded engine.
//!
//! The engine (`dynoxide`, on SQLite) knows items, expressions, transactions, indexes and limits. The gate adds what
//! makes it DynamoDB in an account: who may do what, what a call costs, faults on request, idempotent transactions
//! that follow the movable clock, time to live, and a stream that wakes its readers at once.
//!
//! The engine runs inside its own crate's `Storage` rather than its `Database`, because only the former takes our
//! clock and lets us add the index without which every write would scan the stream (see `engine`).

mod access;
mod calls;
mod capacity;
mod checkpoint;
mod engine;
mod faults;
mod gate;
mod idempotency;
mod records;
mod tables;
mod throughput;
mod ttl;

#[cfg(test)]
mod tests;

pub use access::Grant;
pub use engine::OpenError;
pub use faults::{Faults, Plan, Point, When};
pub use gate::{Gate, Location, Parts};
pub use records::{Position, Record};
pub use throughput::Throughput;

pub use crate::http::Authorizer;

/// The ARN of a table.
pub fn table_arn(table: &str) -> String {
    format!("arn:aws:dynamodb:{}:{}:table/{table}", crate::http::REGION, crate::http::ACCOUNT)
}

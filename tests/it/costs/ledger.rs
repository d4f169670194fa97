//! Counting one operation after another.

use std::future::Future;

use serde_json::Value;
use tests::{Reply, World};

/// What an operation cost in one situation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// The field.
    pub(super) field: String,
    /// The situation.
    pub(super) case: String,
    /// Operations of the API that the caller paid for.
    pub(super) operations: u64,
    /// Calls of DynamoDB one after the other, until the answer.
    pub(super) trips: u64,
    /// Read units until the answer.
    pub(super) reads: f64,
    /// Write units until the answer.
    pub(super) writes: f64,
    /// Invocations until the answer.
    pub(super) functions: u64,
    /// What came of it afterwards; none where that depends on how the stream cuts its several steps into batches.
    pub(super) behind: Option<Behind>,
}

/// What came of an operation after its answer: the functions on the stream, and what they call.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Behind {
    /// Read units.
    pub(super) reads: f64,
    /// Write units.
    pub(super) writes: f64,
    /// Invocations.
    pub(super) functions: u64,
    /// Calls of `publishEvents`.
    pub(super) publishes: u64,
    /// Messages to subscribers, those of the operation itself included.
    pub(super) deliveries: u64,
    /// Events on the bus.
    pub(super) announced: u64,
}

/// Counts operations in a world of its own.
pub(super) struct Ledger {
    world: World,
    rows: Vec<Row>,
}

impl Ledger {
    pub(super) fn new(world: World) -> Self {
        Ledger { world, rows: Vec::new() }
    }

    pub(super) fn into_rows(self) -> Vec<Row> {
        self.rows
    }

    /// Runs one request that must succeed and writes down what it cost; gives its value.
    pub(super) async fn counts(
        &mut self,
        field: &str,
        case: &str,
        request: impl Future<Output = Reply>,
    ) -> Value {
        self.observes(field, case, async { request.await.value() }).await
    }

    /// The same for a request that writes in several steps, which the stream takes one by one or together.
    pub(super) async fn counts_steps(
        &mut self,
        field: &str,
        case: &str,
        request: impl Future<Output = Reply>,
    ) -> Value {
        let value = self.counts(field, case, request).await;
        if let Some(row) = self.rows.last_mut() {
            row.behind = None;
        }
        value
    }

    /// The same for anything that is one operation.
    pub(super) async fn observes<T>(&mut self, field: &str, case: &str, work: impl Future<Output = T>) -> T {
        self.world.settles().await;
        self.forgets("journal").await;
        self.forgets("events").await;
        let outcome = work.await;
        self.world.settles().await;
        let announced = self.world.look("events").await.as_array().map_or(0, Vec::len) as u64;
        let row = row(field, case, &self.world.journal().await, announced);
        self.rows.push(row);
        outcome
    }

    async fn forgets(&self, what: &str) {
        let url = format!("{}/_local/{what}", self.world.url());
        let answer = self.world.http().delete(url).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{what}: {}", answer.status());
    }
}

fn row(field: &str, case: &str, journal: &[Value], announced: u64) -> Row {
    let (behind, before): (Vec<_>, Vec<_>) = journal.iter().partition(|entry| is_behind(entry));
    for entry in journal {
        assert_eq!(entry["outcome"], "ok", "{field} ({case}): {entry:#}");
    }
    Row {
        field: field.to_owned(),
        case: case.to_owned(),
        operations: before.len() as u64,
        trips: before.iter().map(|entry| entry["roundTrips"].as_u64().unwrap_or_default()).sum(),
        reads: sum(&before, "readUnits"),
        writes: sum(&before, "writeUnits"),
        functions: invocations(&before),
        behind: Some(Behind {
            reads: sum(&behind, "readUnits"),
            writes: sum(&behind, "writeUnits"),
            functions: invocations(&behind),
            publishes: behind.iter().filter(|entry| entry["name"] == PUBLISH).count() as u64,
            deliveries: journal.iter().map(|entry| entry["deliveries"].as_u64().unwrap_or_default()).sum(),
            announced,
        }),
    }
}

const PUBLISH: &str = "Mutation.publishEvents";

fn is_behind(entry: &Value) -> bool {
    let name = entry["name"].as_str().unwrap_or_default();
    name == PUBLISH || name.starts_with("stream ") || name.starts_with("event ")
}

fn sum(entries: &[&Value], units: &str) -> f64 {
    // The sum of nothing is -0.0.
    entries.iter().map(|entry| entry[units].as_f64().unwrap_or_default()).sum::<f64>() + 0.0
}

fn invocations(entries: &[&Value]) -> u64 {
    entries.iter().map(|entry| entry["invocations"].as_array().map_or(0, Vec::len) as u64).sum()
}

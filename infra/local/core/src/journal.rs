//! What happened and what it cost, operation by operation.
//!
//! AppSync opens an [`Operation`] for each request and runs its work inside [`Operation::scope`]; whatever the
//! work does (invocations, DynamoDB calls, deliveries) is recorded on the operation that is current in the task.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use serde::Serialize;

/// How many operations the journal remembers.
const KEPT: usize = 1_000;

tokio::task_local! {
    static CURRENT: Operation;
}

/// The last operations, newest last.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    entries: Arc<Mutex<VecDeque<Operation>>>,
}

impl Journal {
    /// Opens an operation, for example `Mutation.sendMessage`.
    pub fn open(&self, name: impl Into<String>) -> Operation {
        let operation = Operation { inner: Arc::new(Mutex::new(Entry::new(name.into()))) };
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() == KEPT {
            entries.pop_front();
        }
        entries.push_back(operation.clone());
        operation
    }

    /// A copy of what is remembered, oldest first.
    pub fn entries(&self) -> Vec<Entry> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.iter().map(Operation::snapshot).collect()
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// One operation under way.
#[derive(Clone, Debug)]
pub struct Operation {
    inner: Arc<Mutex<Entry>>,
}

/// What an operation did.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// For example `Mutation.sendMessage`.
    pub name: String,
    /// Who asked, without any personal data: `user`, `guest`, `function:publish-changes` …
    pub caller: String,
    /// How long it took, once it is over.
    pub micros: Option<u64>,
    /// `ok` or the type of the first error, once it is over.
    pub outcome: Option<String>,
    /// Functions invoked, in order.
    pub invocations: Vec<String>,
    /// DynamoDB and other service calls, in the order in which they ended.
    pub calls: Vec<Call>,
    /// Messages delivered to subscribers.
    pub deliveries: u64,
    #[serde(skip)]
    started: Instant,
}

/// One call to a service.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// For example `dynamodb:TransactWriteItems`.
    pub action: String,
    /// The function that called.
    pub function: String,
    /// Read units.
    pub read_units: f64,
    /// Write units.
    pub write_units: f64,
    /// When it started and ended, in microseconds after the operation's start.
    pub span: (u64, u64),
}

impl Entry {
    fn new(name: String) -> Self {
        Entry {
            name,
            caller: String::new(),
            micros: None,
            outcome: None,
            invocations: Vec::new(),
            calls: Vec::new(),
            deliveries: 0,
            started: Instant::now(),
        }
    }

    /// Sequential round trips to DynamoDB: the longest chain of calls of which each began after the one before ended.
    pub fn round_trips(&self) -> usize {
        let mut spans: Vec<_> = self
            .calls
            .iter()
            .filter(|call| call.action.starts_with("dynamodb:"))
            .map(|call| call.span)
            .collect();
        spans.sort_by_key(|span| span.1);
        let (mut trips, mut last_end) = (0, None);
        for (start, end) in spans {
            if last_end.is_none_or(|last| start >= last) {
                trips += 1;
                last_end = Some(end);
            }
        }
        trips
    }

    /// Read units of all calls.
    pub fn read_units(&self) -> f64 {
        self.calls.iter().map(|call| call.read_units).sum()
    }

    /// Write units of all calls.
    pub fn write_units(&self) -> f64 {
        self.calls.iter().map(|call| call.write_units).sum()
    }
}

impl Operation {
    /// Runs work as part of this operation.
    pub async fn scope<F: Future>(&self, work: F) -> F::Output {
        CURRENT.scope(self.clone(), work).await
    }

    /// The operation that the running task belongs to. Spawned tasks do not inherit it: scope them again.
    pub fn current() -> Option<Operation> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Microseconds since the operation began.
    pub fn elapsed(&self) -> u64 {
        let started = self.with(|entry| entry.started);
        u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Changes the entry.
    pub fn with<T>(&self, change: impl FnOnce(&mut Entry) -> T) -> T {
        change(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Closes the operation with `ok` or an error type.
    pub fn close(&self, outcome: impl Into<String>) {
        let micros = self.elapsed();
        self.with(|entry| {
            entry.micros = Some(micros);
            entry.outcome = Some(outcome.into());
        });
    }

    /// A copy as it stands.
    pub fn snapshot(&self) -> Entry {
        self.with(|entry| entry.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(start: u64, end: u64) -> Call {
        let action = "dynamodb:GetItem".to_owned();
        Call { action, function: String::new(), read_units: 1.0, write_units: 0.0, span: (start, end) }
    }

    #[test]
    fn parallel_calls_are_one_round_trip() {
        let operation = Journal::default().open("Query.x");
        operation.with(|entry| entry.calls = vec![call(0, 10), call(2, 12), call(12, 20), call(13, 15)]);
        assert_eq!(operation.snapshot().round_trips(), 2);
    }
}

//! One mapping at work.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use local_core::invoke::InvokeError;
use serde_json::json;
use tokio::sync::watch;

use super::batch::{Batch, Condition, Next, Verdict};
use super::destination::{self, Failed};
use super::mapping::SourceMapping;
use super::pump::Shared;
use crate::dynamodb::{Position, Record};

/// Lambda's event is at most 6 MB; what surrounds the records has room in the rest.
const BATCH_BYTES: i64 = 5 << 20;

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How long to wait after the database failed to answer.
const AFTER_A_FAULT: Duration = Duration::from_millis(200);

/// A mapping, and how far it has got.
pub(super) struct Worker {
    pub(super) mapping: SourceMapping,
    pub(super) shared: Arc<Shared>,
    pub(super) position: watch::Sender<Position>,
    /// The version of the table up to which nothing is left to do.
    pub(super) settled: watch::Sender<Option<u64>>,
}

impl Worker {
    /// Reads and delivers, for ever.
    pub(super) async fn run(self) {
        let mut versions = self.shared.parts.gate.versions();
        loop {
            let version = *versions.borrow_and_update();
            while let Some(records) = self.read().await {
                self.process(records).await;
            }
            self.settled.send_replace(Some(version));
            if versions.changed().await.is_err() {
                return;
            }
        }
    }

    /// The next records, once a batch is full or its window is over; none if there are none.
    async fn read(&self) -> Option<Vec<Record>> {
        let records = self.peek().await;
        if records.is_empty() {
            return None;
        }
        if self.mapping.window.is_zero() || records.len() >= self.mapping.batch_size {
            return Some(records);
        }
        let mut hurried = self.shared.settling.subscribe();
        tokio::select! {
            () = tokio::time::sleep(self.mapping.window) => {}
            _ = hurried.wait_for(|settling| *settling > 0) => {}
        }
        Some(self.peek().await)
    }

    async fn peek(&self) -> Vec<Record> {
        // Filters thin out what is read, so more is read at once.
        let limit = if self.mapping.filters.is_empty() { self.mapping.batch_size } else { 1_000 };
        loop {
            let position = *self.position.borrow();
            match self.shared.parts.gate.records_after(&self.mapping.table, position, limit) {
                Ok(records) => return records,
                Err(error) => {
                    tracing::error!(table = self.mapping.table, %error, "the stream cannot be read");
                    tokio::time::sleep(AFTER_A_FAULT).await;
                }
            }
        }
    }

    async fn process(&self, records: Vec<Record>) {
        let last = records.last().map(|record| record.position);
        let mut batch = Vec::new();
        let mut bytes = 0;
        for record in records.into_iter().filter(|record| self.mapping.wants(record)) {
            let size = record.event["dynamodb"]["SizeBytes"].as_i64().unwrap_or(0);
            if batch.len() == self.mapping.batch_size || (bytes + size > BATCH_BYTES && !batch.is_empty()) {
                self.deliver(std::mem::take(&mut batch)).await;
                bytes = 0;
            }
            bytes += size;
            batch.push(record);
        }
        if !batch.is_empty() {
            self.deliver(batch).await;
        }
        if let Some(last) = last {
            self.pass(last).await;
        }
    }

    /// Delivers a batch, in order, until each of its records is processed or set aside.
    async fn deliver(&self, records: Vec<Record>) {
        if let Some(lateness) = self.shared.parts.gate.faults().lateness(&self.mapping.function) {
            tokio::time::sleep(lateness).await;
        }
        let mut waiting = vec![Batch::new(records)];
        while let Some(batch) = waiting.pop() {
            let Err((processed, failed)) = self.attempt(&batch).await else {
                self.done(batch).await;
                continue;
            };
            if let Some(last) = processed.checked_sub(1).and_then(|last| batch.records.get(last)) {
                self.pass(last.position).await;
                waiting.push(batch.advance(processed));
                continue;
            }
            let old = self.is_old(&batch);
            match batch.after_failure(&self.mapping, old) {
                Next::Split(first, second) => waiting.extend([second, first]),
                Next::SetAside(batch, condition) => self.set_aside(batch, condition, &failed).await,
                Next::Retry(batch) => {
                    tokio::time::sleep(self.pause(batch.failures)).await;
                    waiting.push(batch);
                }
            }
        }
    }

    async fn done(&self, batch: Batch) {
        if self.shared.parts.gate.faults().duplicates(&self.mapping.function) {
            // As after a kill between the function's answer and the checkpoint; how it ends is of no account.
            let _ = self.attempt(&batch).await;
        }
        if let Some(last) = batch.records.last() {
            self.pass(last.position).await;
        }
    }

    /// Invokes the function; an error says how many records were processed before the failure.
    async fn attempt(&self, batch: &Batch) -> Result<(), (usize, Failed)> {
        let events: Vec<_> = batch.records.iter().map(|record| &record.event).collect();
        let answer = self.shared.invoke(&self.mapping.function, json!({ "Records": events })).await;
        let result = match answer {
            Err(error) => Err((0, Failed::Error(error))),
            Ok(answer) => match batch.judge(&self.mapping, &answer) {
                Verdict::Done => Ok(()),
                Verdict::FailedAt(index) => Err((index, Failed::Reported)),
            },
        };
        if let Err((processed, failed)) = &result {
            let (function, error) = (&self.mapping.function, failed.error_type());
            tracing::warn!(
                function,
                error,
                records = batch.records.len(),
                processed,
                "a stream batch failed"
            );
        }
        result
    }

    fn is_old(&self, batch: &Batch) -> bool {
        let (Some(max_age), Some(first)) = (self.mapping.max_age, batch.records.first()) else {
            return false;
        };
        let age = self.shared.parts.gate.clock().now().duration_since(first.created);
        Duration::try_from(age).is_ok_and(|age| age > max_age)
    }

    fn pause(&self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        self.shared.parts.retry_delay.saturating_mul(doubled).min(LONGEST_PAUSE)
    }

    async fn set_aside(&self, batch: Batch, condition: Condition, failed: &Failed) {
        let Some(last) = batch.records.last().map(|record| record.position) else { return };
        let function = &self.mapping.function;
        let now = self.shared.parts.gate.clock().now();
        let (error, records) = (failed.error_type(), batch.records.len());
        tracing::error!(
            function,
            error,
            records,
            condition = condition.name(),
            "stream records are set aside"
        );
        if let Some(queue) = &self.mapping.on_failure {
            let message = destination::message(function, &batch, condition, failed, now);
            while let Err(error) = self.shared.parts.queues.push(queue, &message, &Default::default()) {
                tracing::error!(queue, %error, "a dead letter cannot be written");
                tokio::time::sleep(AFTER_A_FAULT).await;
            }
        }
        self.pass(last).await;
    }

    /// Moves the checkpoint: durably first, so that a kill redelivers and never skips.
    async fn pass(&self, position: Position) {
        if position <= *self.position.borrow() {
            return;
        }
        while let Err(error) = self.shared.parts.gate.set_checkpoint(&self.mapping.reader(), position) {
            tracing::error!(table = self.mapping.table, %error, "a checkpoint cannot be written");
            tokio::time::sleep(AFTER_A_FAULT).await;
        }
        self.position.send_replace(position);
        self.shared.trim_now_and_then(&self.mapping.table);
    }
}

impl Shared {
    /// Invokes a function as an operation of the journal. A panic is an error like any other.
    pub(super) async fn invoke(
        &self,
        function: &str,
        event: serde_json::Value,
    ) -> Result<serde_json::Value, InvokeError> {
        let operation = self.parts.journal.open(format!("stream {function}"));
        operation.with(|entry| {
            entry.caller = "stream".to_owned();
            entry.invocations.push(function.to_owned());
        });
        let invocation = AssertUnwindSafe(self.parts.invoker.invoke(function, event));
        let answer = operation.scope(invocation.catch_unwind()).await.unwrap_or_else(|_| {
            let (error_type, message) = ("Runtime.Panic".to_owned(), "the function panicked".to_owned());
            Err(InvokeError::Function { error_type, message })
        });
        match &answer {
            Ok(_) => operation.close("ok"),
            Err(error) => operation.close(Failed::Error(error.clone()).error_type()),
        }
        answer
    }
}

//! What connects a table's stream with a function.

use std::time::Duration;

use crate::dynamodb::Record;
use crate::events::Pattern;

/// Where a mapping that never ran begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// At the oldest record.
    TrimHorizon,
    /// After the newest record.
    Latest,
}

/// A DynamoDB event of a function, from the template.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceMapping {
    /// The function's name, such as `publish-changes`.
    pub function: String,
    /// The table whose stream is read.
    pub table: String,
    /// Where to begin.
    pub start: Start,
    /// The most records in a batch, from 1 to 10,000.
    pub batch_size: usize,
    /// How long to wait for a batch to fill.
    pub window: Duration,
    /// Whether a batch that fails is split in two.
    pub bisect: bool,
    /// How often a batch is tried again before it is set aside; none means for ever, as AWS has it by default.
    pub max_retries: Option<u32>,
    /// The age at which a record that fails is set aside, by the clock; none means never.
    pub max_age: Option<Duration>,
    /// Whether the function says in `batchItemFailures` which record failed.
    pub report_batch_item_failures: bool,
    /// A record is delivered if one of these matches it, or if there are none.
    pub filters: Vec<Pattern>,
    /// The queue that learns of what was set aside.
    pub on_failure: Option<String>,
}

impl SourceMapping {
    /// A mapping with the defaults of AWS.
    pub fn new(table: impl Into<String>, function: impl Into<String>) -> Self {
        SourceMapping {
            function: function.into(),
            table: table.into(),
            start: Start::TrimHorizon,
            batch_size: 100,
            window: Duration::ZERO,
            bisect: false,
            max_retries: None,
            max_age: None,
            report_batch_item_failures: false,
            filters: Vec::new(),
            on_failure: None,
        }
    }

    /// The name under which its checkpoint is kept.
    pub(super) fn reader(&self) -> String {
        format!("{} > {}", self.table, self.function)
    }

    pub(super) fn wants(&self, record: &Record) -> bool {
        self.filters.is_empty() || self.filters.iter().any(|filter| filter.matches(&record.event))
    }
}

//! Functions and what starts them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::buckets::NotificationSpec;
use crate::policy::Statement;

/// A function.
#[derive(Debug, Clone)]
pub struct FunctionSpec {
    /// Its name in the template.
    pub logical_id: String,
    /// The name of its crate, such as `send-message`; its name in the template if several functions share a crate.
    pub name: String,
    /// What `cargo lambda watch` calls it: the name of its binary. For a function that is not built by cargo, its name
    /// in the template, as `sam local start-lambda` has it.
    pub invoked_as: String,
    /// The folder of its area, such as `messages`.
    pub area: String,
    /// The function's ARN.
    pub arn: String,
    /// The template it stands in.
    pub template: String,
    /// Its environment variables.
    pub environment: BTreeMap<String, String>,
    /// How long it may run.
    pub timeout: Duration,
    /// How much memory it has, in MB.
    pub memory_mb: u32,
    /// What it may do.
    pub statements: Vec<Statement>,
    /// How often an invocation that nobody waits for is tried again.
    pub unattended_retries: u32,
    /// The ARN of the queue for invocations that nobody waits for and that failed for good.
    pub unattended_dead_letter: Option<String>,
    /// What starts it beside AppSync and Cognito.
    pub events: Vec<EventSource>,
}

/// Something that starts a function.
#[derive(Debug, Clone)]
pub enum EventSource {
    /// Changes of a table.
    Stream(StreamSource),
    /// Events of a bus.
    Rule(RuleSpec),
    /// What happens in a bucket.
    Bucket {
        /// The bucket's name.
        bucket: String,
        /// What the function learns of.
        notification: NotificationSpec,
    },
    /// A clock.
    Schedule(ScheduleSpec),
    /// Of a kind that means nothing here, such as `SNS`.
    Other {
        /// The kind.
        kind: String,
        /// Its properties.
        properties: Value,
    },
}

/// The stream of a table as a function reads it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamSource {
    /// The name of the event in the template.
    pub name: String,
    /// The stream.
    pub stream_arn: String,
    /// The name of the stream's table.
    pub table: String,
    /// Where reading starts the first time.
    pub starting_position: StartingPosition,
    /// At most so many records at once; 100 unless told otherwise.
    pub batch_size: u32,
    /// How long to wait for a batch to fill.
    pub batching_window: Duration,
    /// Whether a failed batch is halved.
    pub bisect_on_error: bool,
    /// How many times a batch is tried again; none for ever.
    pub maximum_retries: Option<u32>,
    /// How old a record may get; none for as long as the stream keeps it.
    pub maximum_age: Option<Duration>,
    /// Whether the function says which records failed.
    pub reports_item_failures: bool,
    /// Patterns; a record that fits none is skipped. None at all: every record.
    pub filters: Vec<Value>,
    /// The ARN of the queue for what was given up.
    pub on_failure: Option<String>,
    /// Whether it runs.
    pub enabled: bool,
}

/// Where reading of a stream starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StartingPosition {
    /// With the oldest record.
    TrimHorizon,
    /// With what comes next.
    Latest,
}

/// An EventBridge rule with one function as its target.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleSpec {
    /// The rule's name.
    pub name: String,
    /// The name of the bus; `default` for the account's own.
    pub bus: String,
    /// What an event must look like.
    pub pattern: Value,
    /// The function, by the name of its crate.
    pub function: String,
    /// How many times delivery is tried again.
    pub maximum_retries: u32,
    /// How old an event may get.
    pub maximum_age: Duration,
    /// The ARN of the queue for what was given up.
    pub on_failure: Option<String>,
    /// Whether it runs.
    pub enabled: bool,
}

/// A schedule.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleSpec {
    /// The name of the event in the template.
    pub name: String,
    /// Such as `rate(5 minutes)`.
    pub expression: String,
    /// What the function is given; none for EventBridge's own event.
    pub input: Option<String>,
    /// Whether it runs.
    pub enabled: bool,
}

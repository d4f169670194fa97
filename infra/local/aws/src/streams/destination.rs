//! What a dead-letter queue learns of a batch that was set aside: where it is in the stream, not what is in it.

use jiff::Timestamp;
use local_core::invoke::InvokeError;
use serde_json::{Value, json};

use super::batch::{Batch, Condition};
use crate::http::{ACCOUNT, REGION, uuid};

/// The message, in AWS's form for a stream's failure destination.
pub(super) fn message(
    function: &str,
    batch: &Batch,
    condition: Condition,
    failed: &Failed,
    now: Timestamp,
) -> Value {
    let (first, last) = (batch.records.first(), batch.records.last());
    let sequence =
        |record: Option<&crate::dynamodb::Record>| record.map(|record| record.position.to_string());
    let arrival = |record: Option<&crate::dynamodb::Record>| record.map(|record| record.created.to_string());
    let stream = first.map(|record| record.event["eventSourceARN"].clone()).unwrap_or_default();
    json!({
        "requestContext": {
            "requestId": uuid(),
            "functionArn": function_arn(function),
            "condition": condition.name(),
            "approximateInvokeCount": batch.failures.max(1),
        },
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": failed.kind(),
        },
        "version": "1.0",
        "timestamp": now.to_string(),
        "DDBStreamBatchInfo": {
            "shardId": "shardId-00000000000000000001-00000001",
            "startSequenceNumber": sequence(first),
            "endSequenceNumber": sequence(last),
            "approximateArrivalOfFirstRecord": arrival(first),
            "approximateArrivalOfLastRecord": arrival(last),
            "batchSize": batch.records.len(),
            "streamArn": stream,
        },
    })
}

/// How a function failed a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failed {
    /// It answered with an error, or not at all.
    Error(InvokeError),
    /// It reported records that failed.
    Reported,
}

impl Failed {
    /// The type of the error, for the journal and the log; never its words, which may be of people.
    pub(super) fn error_type(&self) -> &str {
        match self {
            Failed::Error(InvokeError::Function { error_type, .. }) => error_type,
            Failed::Error(InvokeError::TimedOut { .. }) => "TimedOut",
            Failed::Error(InvokeError::Unavailable(_)) => "Unavailable",
            Failed::Reported => "BatchItemFailures",
        }
    }

    fn kind(&self) -> Option<&'static str> {
        match self {
            Failed::Error(_) => Some("Unhandled"),
            Failed::Reported => None,
        }
    }
}

pub(super) fn function_arn(function: &str) -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}")
}

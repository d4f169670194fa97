//! Functions behind the table's stream.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::Error;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::context::Context;
use crate::failure;
use crate::function::Function;
use crate::handler::EventHandler;
use crate::parse::parse_ours;

/// An item as it was before or after a change.
pub type Image = HashMap<String, AttributeValue>;

/// One change of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamRecord {
    /// The record's own id; the same record delivered again has the same.
    pub event_id: String,
    /// Its place in the shard; orders the changes of one item, and of one partition.
    pub sequence_number: String,
    /// What happened.
    pub change: Change,
    /// The key of the item.
    pub keys: Image,
    /// The item before; none for an insertion.
    pub old: Option<Image>,
    /// The item after; none for a removal.
    pub new: Option<Image>,
    /// Whether DynamoDB removed the item because its time to live was over.
    pub expired: bool,
}

/// What happened to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Change {
    /// It is new.
    Insert,
    /// It changed.
    Modify,
    /// It is gone.
    Remove,
}

/// How far a batch came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchOutcome {
    /// All of it is done.
    Done,
    /// Everything before the record with this sequence number is done; Lambda goes on from there.
    FailedAt(String),
}

/// A function that takes a batch: `async fn(&Context, Vec<StreamRecord>) -> Result<BatchOutcome, Error>`.
///
/// An `Err` fails the whole batch, which Lambda then halves (bisect) or repeats.
pub fn stream<H>(handler: H) -> Function
where
    H: for<'a> EventHandler<'a, Vec<StreamRecord>, Answer = BatchOutcome> + 'static,
{
    let handler = Arc::new(handler);
    Function::of::<H, _, _>(move |ctx: Context, event: Value| {
        let handler = Arc::clone(&handler);
        async move {
            let records = read(event)?;
            let outcome = handler.handle(&ctx, records).await?;
            if outcome != BatchOutcome::Done {
                ctx.facts().is_partial();
            }
            Ok(answer(outcome))
        }
    })
}

/// A function that takes one record after another: `async fn(&Context, StreamRecord) -> Result<(), Error>`.
///
/// The first record that fails ends the batch and is where Lambda goes on.
pub fn stream_each<H>(handler: H) -> Function
where
    H: for<'a> EventHandler<'a, StreamRecord, Answer = ()> + 'static,
{
    let handler = Arc::new(handler);
    Function::of::<H, _, _>(move |ctx: Context, event: Value| {
        let handler = Arc::clone(&handler);
        async move {
            for record in read(event)? {
                let sequence_number = record.sequence_number.clone();
                if let Err(error) = handler.handle(&ctx, record).await {
                    failure::log(&error);
                    ctx.facts().is_partial();
                    return Ok(answer(BatchOutcome::FailedAt(sequence_number)));
                }
            }
            Ok(answer(BatchOutcome::Done))
        }
    })
}

fn answer(outcome: BatchOutcome) -> Value {
    match outcome {
        BatchOutcome::Done => json!({ "batchItemFailures": [] }),
        BatchOutcome::FailedAt(number) => json!({ "batchItemFailures": [{ "itemIdentifier": number }] }),
    }
}

fn read(event: Value) -> Result<Vec<StreamRecord>, Error> {
    let batch: wire::Batch = parse_ours("the event of a stream", event)?;
    Ok(batch.records.into_iter().map(StreamRecord::from).collect())
}

mod wire {
    use serde::Deserialize;
    use serde_dynamo::Item;

    use super::{Change, StreamRecord};

    #[derive(Deserialize)]
    pub(super) struct Batch {
        #[serde(rename = "Records")]
        pub(super) records: Vec<Record>,
    }

    #[derive(Deserialize)]
    pub(super) struct Record {
        #[serde(rename = "eventID")]
        event_id: String,
        #[serde(rename = "eventName")]
        change: Change,
        dynamodb: Images,
        #[serde(rename = "userIdentity")]
        user_identity: Option<UserIdentity>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Images {
        sequence_number: String,
        keys: Item,
        new_image: Option<Item>,
        old_image: Option<Item>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct UserIdentity {
        principal_id: String,
    }

    impl From<Record> for StreamRecord {
        fn from(record: Record) -> Self {
            let images = record.dynamodb;
            StreamRecord {
                event_id: record.event_id,
                sequence_number: images.sequence_number,
                change: record.change,
                keys: images.keys.into(),
                old: images.old_image.map(Into::into),
                new: images.new_image.map(Into::into),
                expired: record.user_identity.is_some_and(|who| who.principal_id == "dynamodb.amazonaws.com"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records() -> Vec<StreamRecord> {
        read(serde_json::from_str(include_str!("../fixtures/stream.json")).unwrap()).unwrap()
    }

    #[test]
    fn images_become_attribute_values() {
        let record = &records()[0];
        assert_eq!(record.change, Change::Insert);
        assert_eq!(record.keys["pk"], AttributeValue::S("C#1".to_owned()));
        assert_eq!(record.new.as_ref().unwrap()["seq"], AttributeValue::N("7".to_owned()));
        assert!(record.old.is_none());
        assert!(!record.expired);
    }

    #[test]
    fn an_expiry_is_told_from_a_deletion() {
        let record = &records()[1];
        assert_eq!(record.change, Change::Remove);
        assert!(record.expired);
    }

    #[test]
    fn the_answer_names_where_to_go_on() {
        assert_eq!(answer(BatchOutcome::Done), json!({"batchItemFailures": []}));
        let failed = answer(BatchOutcome::FailedAt("22".to_owned()));
        assert_eq!(failed, json!({"batchItemFailures": [{"itemIdentifier": "22"}]}));
    }

    #[tokio::test]
    async fn the_first_failing_record_ends_the_batch() {
        async fn refuses_expiries(_: &Context, record: StreamRecord) -> Result<(), Error> {
            if record.expired { Err(Error::unavailable("down")) } else { Ok(()) }
        }
        let event = serde_json::from_str(include_str!("../fixtures/stream.json")).unwrap();
        let answer = stream_each(refuses_expiries).call(crate::testing::ctx(), event).await.unwrap();
        assert_eq!(answer["batchItemFailures"][0]["itemIdentifier"], "4421584500000000017450439092");
    }
}

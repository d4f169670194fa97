//! The table, and the few calls that all areas make of it.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeValue, ConditionCheck, Delete, Get, KeysAndAttributes, Put, TransactGetItem, TransactWriteItem,
    Update,
};
use domain::Error;
use futures::future::try_join_all;
use tokio::time::Instant;

use crate::failure::{self, TransactionFailure};
use crate::keys::{Key, PK, SK};
use crate::row::{self, Item, Row};

/// How often a write that lost a race is tried, the first time included.
const ATTEMPTS: u32 = 14;
/// The time that an attempt may take: with less than that left, none is begun.
const LAST_ATTEMPT: Duration = Duration::from_secs(3);
/// The most keys of one BatchGetItem (DynamoDB's limit).
const BATCH: usize = 100;

/// Draws a number; injected, so that tests repeat.
pub type Draw = Arc<dyn Fn() -> u64 + Send + Sync>;

/// The table. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    client: Client,
    table: Arc<str>,
    draw: Draw,
    deadline: Option<Instant>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("table", &self.table).finish_non_exhaustive()
    }
}

/// Part of a list: the rows, and the sort key after which it goes on.
#[derive(Debug, Clone)]
pub struct Slice<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The key of the last row, if there are more.
    pub last: Option<Key>,
}

/// Which rows of one partition a query reads, and in which order.
#[derive(Debug, Clone)]
pub(crate) struct Range {
    pub(crate) pk: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) forward: bool,
    pub(crate) consistent: bool,
    pub(crate) limit: Option<usize>,
}

impl Range {
    /// All rows of a partition whose sort keys begin with a prefix.
    pub(crate) fn prefix(pk: String, prefix: &str) -> Self {
        // Every character that a key holds sorts before this one.
        Range::between(pk, prefix.to_owned(), format!("{prefix}\u{FFFF}"))
    }

    /// All rows from one sort key to another, both included.
    pub(crate) fn between(pk: String, from: String, to: String) -> Self {
        Range { pk, from, to, forward: true, consistent: true, limit: None }
    }

    /// Only what comes after a sort key, which was the last of the page before.
    pub(crate) fn after(mut self, last: Option<String>) -> Self {
        if let Some(last) = last {
            if self.forward {
                // The smallest key that is greater.
                self.from = self.from.max(format!("{last}\u{0}"));
            } else {
                self.to = self.to.min(last);
            }
        }
        self
    }

    pub(crate) fn limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    pub(crate) fn backward(mut self) -> Self {
        self.forward = false;
        self
    }

    pub(crate) fn eventually(mut self) -> Self {
        self.consistent = false;
        self
    }
}

impl Store {
    /// The table of this name. `draw` spreads retries.
    pub fn new(client: Client, table: impl Into<Arc<str>>, draw: Draw) -> Self {
        Store { client, table: table.into(), draw, deadline: None }
    }

    /// The same table for a caller who has to have an answer by then: what loses races until three seconds before is
    /// `Unavailable`.
    #[must_use]
    pub fn until(&self, deadline: Instant) -> Self {
        Store { deadline: Some(deadline), ..self.clone() }
    }

    /// Makes the first connection, so that the first request need not.
    pub async fn warm(&self) -> Result<(), Error> {
        let warm = Key { pk: "WARM".to_owned(), sk: "WARM".to_owned() };
        self.get_item(&warm, false).await.map(drop)
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn table(&self) -> &str {
        &self.table
    }

    /// One row; strongly consistent; one unit per 4 KB.
    pub(crate) async fn get<R: Row>(&self, key: &Key) -> Result<Option<R>, Error> {
        self.get_item(key, true).await?.map(row::decode).transpose()
    }

    pub(crate) async fn get_item(&self, key: &Key, consistent: bool) -> Result<Option<Item>, Error> {
        let request = self.client.get_item().table_name(self.table()).set_key(Some(attributes(key)));
        let answer = request.consistent_read(consistent).send().await;
        Ok(answer.map_err(|failure| failure::error("GetItem", failure))?.item)
    }

    /// Several rows as of one moment (serialisable); two units per row and 4 KB; at most 100.
    pub(crate) async fn snapshot(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, Error> {
        let gets = keys.iter().map(|key| self.get_part(key)).collect::<Result<Vec<_>, _>>()?;
        let mut attempt = 0;
        loop {
            let answer = self.client.transact_get_items().set_transact_items(Some(gets.clone())).send().await;
            match answer {
                Ok(answer) => {
                    return Ok(answer
                        .responses
                        .unwrap_or_default()
                        .into_iter()
                        .map(|one| one.item)
                        .collect());
                }
                // A write to one of the rows was under way.
                Err(failure) if is_conflict(&failure) => self.back_off(&mut attempt).await?,
                Err(failure) => return Err(failure::error("TransactGetItems", failure)),
            }
        }
    }

    /// [`Store::snapshot`] of rows whose number is known.
    pub(crate) async fn snapshot_of<const N: usize>(
        &self,
        keys: &[Key; N],
    ) -> Result<[Option<Item>; N], Error> {
        let items: Result<[_; N], Vec<_>> = self.snapshot(keys).await?.try_into();
        items.map_err(|items| Error::internal(format!("TransactGetItems: {} of {N} rows", items.len())))
    }

    /// Rows by key in any number, 100 a call and all calls at once; what is not there is absent from the answer.
    pub(crate) async fn batch(&self, keys: &[Key], consistent: bool) -> Result<HashMap<Key, Item>, Error> {
        let mut distinct = keys.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        let chunks = distinct.chunks(BATCH).map(|chunk| self.batch_chunk(chunk, consistent));
        Ok(try_join_all(chunks).await?.into_iter().flatten().collect())
    }

    async fn batch_chunk(&self, keys: &[Key], consistent: bool) -> Result<Vec<(Key, Item)>, Error> {
        let mut wanted: Vec<_> = keys.iter().map(attributes).collect();
        let mut found = Vec::with_capacity(keys.len());
        let mut attempt = 0;
        while !wanted.is_empty() {
            let rows =
                KeysAndAttributes::builder().set_keys(Some(wanted)).consistent_read(consistent).build();
            let rows = rows.map_err(|error| Error::internal(error.to_string()))?;
            let answer = self.client.batch_get_item().request_items(self.table(), rows).send().await;
            let answer = answer.map_err(|failure| failure::error("BatchGetItem", failure))?;
            for item in answer.responses.into_iter().flatten().flat_map(|(_, items)| items) {
                found.push((key_of(&item), item));
            }
            let rest = answer.unprocessed_keys.unwrap_or_default().remove(self.table());
            wanted = rest.map(|rest| rest.keys).unwrap_or_default();
            if !wanted.is_empty() {
                self.back_off(&mut attempt).await?;
            }
        }
        Ok(found)
    }

    /// The rows of a range, page after page until the limit or the end.
    pub(crate) async fn range(&self, range: Range) -> Result<Slice<Item>, Error> {
        // An empty range is legal for callers and refused by DynamoDB.
        if range.from > range.to {
            return Ok(Slice { rows: Vec::new(), last: None });
        }
        let (mut rows, mut start) = (Vec::new(), None);
        loop {
            let left = range.limit.map(|limit| i32::try_from(limit - rows.len()).unwrap_or(i32::MAX));
            let answer = self
                .client
                .query()
                .table_name(self.table())
                .key_condition_expression("#pk = :pk AND #sk BETWEEN :from AND :to")
                .expression_attribute_names("#pk", PK)
                .expression_attribute_names("#sk", SK)
                .expression_attribute_values(":pk", AttributeValue::S(range.pk.clone()))
                .expression_attribute_values(":from", AttributeValue::S(range.from.clone()))
                .expression_attribute_values(":to", AttributeValue::S(range.to.clone()))
                .scan_index_forward(range.forward)
                .consistent_read(range.consistent)
                .set_limit(left)
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(|failure| failure::error("Query", failure))?;
            rows.extend(answer.items.unwrap_or_default());
            start = answer.last_evaluated_key;
            let full = range.limit.is_some_and(|limit| rows.len() >= limit);
            if start.is_none() || full {
                return Ok(Slice { last: start.map(|item| key_of(&item)), rows });
            }
        }
    }

    /// Writes all parts or none; at most 100.
    pub(crate) async fn transact(&self, parts: Vec<TransactWriteItem>) -> Result<(), TransactionFailure> {
        let answer = self.client.transact_write_items().set_transact_items(Some(parts)).send().await;
        answer.map(drop).map_err(TransactionFailure::new)
    }

    /// Waits before a lost race is run again, each time longer and never for the same time as the others;
    /// `Unavailable` after the last attempt, and when there is no time for another, see [`Store::until`].
    pub(crate) async fn back_off(&self, attempt: &mut u32) -> Result<(), Error> {
        *attempt += 1;
        if *attempt >= ATTEMPTS {
            return Err(Error::unavailable("lost the race for a row too often"));
        }
        let ceiling = 10_u64 << (*attempt).min(6);
        let pause = Duration::from_millis(1 + (self.draw)() % ceiling);
        if self.deadline.is_some_and(|deadline| Instant::now() + pause + LAST_ATTEMPT > deadline) {
            return Err(Error::unavailable("lost the race for a row for too long"));
        }
        tokio::time::sleep(pause).await;
        Ok(())
    }

    fn get_part(&self, key: &Key) -> Result<TransactGetItem, Error> {
        let get = Get::builder().table_name(self.table()).set_key(Some(attributes(key))).build();
        Ok(TransactGetItem::builder().get(get.map_err(|error| Error::internal(error.to_string()))?).build())
    }

    /// A part that puts a row.
    pub(crate) fn put_part<R: Row>(
        &self,
        key: &Key,
        row: &R,
    ) -> Result<aws_sdk_dynamodb::types::builders::PutBuilder, Error> {
        Ok(Put::builder().table_name(self.table()).set_item(Some(row::encode(key, row)?)))
    }

    /// A part that changes a row.
    pub(crate) fn update_part(&self, key: &Key) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
        Update::builder().table_name(self.table()).set_key(Some(attributes(key)))
    }

    /// A part that removes a row.
    pub(crate) fn delete_part(&self, key: &Key) -> aws_sdk_dynamodb::types::builders::DeleteBuilder {
        Delete::builder().table_name(self.table()).set_key(Some(attributes(key)))
    }

    /// A part that only checks a row.
    pub(crate) fn check_part(&self, key: &Key) -> aws_sdk_dynamodb::types::builders::ConditionCheckBuilder {
        ConditionCheck::builder().table_name(self.table()).set_key(Some(attributes(key)))
    }
}

/// Makes a part of a transaction out of a finished builder.
pub(crate) trait IntoPart {
    /// The part, or `Internal` if something is missing in it.
    fn part(self) -> Result<TransactWriteItem, Error>;
}

macro_rules! into_part {
    ($builder:ident, $set:ident) => {
        impl IntoPart for aws_sdk_dynamodb::types::builders::$builder {
            fn part(self) -> Result<TransactWriteItem, Error> {
                let part = self.build().map_err(|error| Error::internal(error.to_string()))?;
                Ok(TransactWriteItem::builder().$set(part).build())
            }
        }
    };
}

into_part!(PutBuilder, put);
into_part!(UpdateBuilder, update);
into_part!(DeleteBuilder, delete);
into_part!(ConditionCheckBuilder, condition_check);

/// The attributes of a key.
pub(crate) fn attributes(key: &Key) -> Item {
    Item::from([
        (PK.to_owned(), AttributeValue::S(key.pk.clone())),
        (SK.to_owned(), AttributeValue::S(key.sk.clone())),
    ])
}

/// The key of an item.
pub(crate) fn key_of(item: &Item) -> Key {
    Key { pk: row::text(item, PK).to_owned(), sk: row::text(item, SK).to_owned() }
}

fn is_conflict<R>(
    failure: &aws_sdk_dynamodb::error::SdkError<
        aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsError,
        R,
    >,
) -> bool {
    use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsError;
    match failure.as_service_error() {
        Some(TransactGetItemsError::TransactionCanceledException(cancelled)) => {
            let mut reasons = cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code());
            reasons.any(|code| matches!(code, "TransactionConflict" | "ThrottlingError"))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::config::{BehaviorVersion, Config};
    use domain::ErrorKind;

    use super::*;

    fn store() -> Store {
        let config = Config::builder().behavior_version(BehaviorVersion::latest()).build();
        Store::new(Client::from_conf(config), "table", Arc::new(|| 0))
    }

    async fn refusal(store: &Store, mut attempt: u32) -> Option<ErrorKind> {
        store.back_off(&mut attempt).await.err().map(|error| error.kind())
    }

    #[tokio::test]
    async fn a_lost_race_is_given_up_after_so_many_attempts() {
        assert_eq!(refusal(&store(), ATTEMPTS - 2).await, None);
        assert_eq!(refusal(&store(), ATTEMPTS - 1).await, Some(ErrorKind::Unavailable));
    }

    #[tokio::test]
    async fn a_lost_race_is_given_up_when_another_attempt_might_not_end_in_time() {
        let left = |time: Duration| store().until(Instant::now() + time);
        assert_eq!(refusal(&left(10 * LAST_ATTEMPT), 0).await, None);
        assert_eq!(refusal(&left(LAST_ATTEMPT), 0).await, Some(ErrorKind::Unavailable));
    }
}

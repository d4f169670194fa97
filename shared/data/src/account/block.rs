//! Blocks.

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::Error;
use domain::account::{BlockedUser, MAX_BLOCKS};
use domain::id::{ConversationId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::counter::Count;
use crate::conversations::head::Head;
use crate::keys::{self, Key, PK};
use crate::row::{self, Row};
use crate::store::{IntoPart, Range, Slice, Store};

/// A person whom another blocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlockRow {
    /// Who blocked them.
    pub owner_id: UserId,
    /// Whom.
    pub user_id: UserId,
    /// Since when.
    pub created_at: Timestamp,
}

impl Row for BlockRow {
    const ENTITY: &'static str = "block";
}

impl BlockRow {
    /// The block as a client sees it.
    pub fn blocked_user(&self) -> BlockedUser {
        BlockedUser {
            owner_id: self.owner_id.clone(),
            user_id: self.user_id.clone(),
            created_at: self.created_at,
        }
    }
}

impl Store {
    /// Blocks a person: closes the direct conversation and ends the contact in the same transaction. One who is blocked
    /// already stays so, and nothing is written.
    ///
    /// A consistent BatchGetItem of 3 rows, then a transaction of 4 rows. Whether the person exists is not looked at,
    /// so that nobody learns it this way. A direct conversation that begins meanwhile, a message that is sent
    /// meanwhile: the transaction is run again from the read. The 1,001st is `LimitExceeded`.
    pub async fn block_put(
        &self,
        owner: &UserId,
        user: &UserId,
        now: Timestamp,
    ) -> Result<BlockedUser, Error> {
        let (block, contact) = (keys::block(owner, user), keys::contact(owner, user));
        let head = keys::head(&ConversationId::direct(owner, user));
        let row = BlockRow { owner_id: owner.clone(), user_id: user.clone(), created_at: now };
        let mut attempt = 0;
        loop {
            let mut rows = self.batch(&[block.clone(), contact.clone(), head.clone()], true).await?;
            if let Some(item) = rows.remove(&block) {
                return Ok(row::decode::<BlockRow>(item)?.blocked_user());
            }
            let put = self.put_part(&block, &row)?.condition_expression("attribute_not_exists(#pk)");
            let (count, ended) = if rows.contains_key(&contact) {
                (Count::BlockedContact, self.end_part(&contact)?)
            } else {
                (Count::Blocked, self.absence_part(&contact)?)
            };
            let closed = match rows.remove(&head).map(row::decode::<Head>).transpose()? {
                Some(head) => self.head_part(&head, closed_by(&head, owner))?,
                None => self.absence_part(&head)?,
            };
            let put = put.expression_attribute_names("#pk", PK).part()?;
            let parts = vec![put, self.count_part(owner, count)?, ended, closed];
            match self.transact(parts).await {
                Ok(()) => return Ok(row.blocked_user()),
                Err(failure) => match failure.condition(1) {
                    Some(None) => return Err(Error::not_found()),
                    Some(Some(profile)) if is_full(profile) => {
                        let words = format!("at most {MAX_BLOCKS} blocked people: unblock one first");
                        return Err(Error::limit_exceeded(words));
                    }
                    _ if failure.is_refused() => self.back_off(&mut attempt).await?,
                    _ => return Err(failure.into()),
                },
            }
        }
    }

    /// Lifts a block, and opens the direct conversation unless the other side blocks as well; none if there was no block,
    /// and then nothing is written. A consistent BatchGetItem of 2 rows, then a transaction of 2 or 3.
    pub async fn block_remove(&self, owner: &UserId, user: &UserId) -> Result<Option<BlockedUser>, Error> {
        let block = keys::block(owner, user);
        let head = keys::head(&ConversationId::direct(owner, user));
        let mut attempt = 0;
        loop {
            let mut rows = self.batch(&[block.clone(), head.clone()], true).await?;
            let Some(item) = rows.remove(&block) else { return Ok(None) };
            let row = row::decode::<BlockRow>(item)?;
            let mut parts = vec![self.end_part(&block)?, self.count_part(owner, Count::Unblocked)?];
            // Without a head none can begin while the block is there: that is refused.
            if let Some(head) = rows.remove(&head).map(row::decode::<Head>).transpose()? {
                parts.push(self.head_part(&head, opened_by(&head, owner))?);
            }
            match self.transact(parts).await {
                Ok(()) => return Ok(Some(row.blocked_user())),
                Err(failure) if failure.is_refused() => self.back_off(&mut attempt).await?,
                Err(failure) => return Err(failure.into()),
            }
        }
    }

    /// Whom a person blocked by user id, a page of them: one query, strongly consistent, one unit per 4 KB, about 18.
    pub async fn block_list(
        &self,
        owner: &UserId,
        limit: usize,
        after: Option<String>,
    ) -> Result<Slice<BlockedUser>, Error> {
        let range = Range::prefix(keys::user_partition(owner), keys::BLOCKS).after(after).limit(limit);
        let slice = self.range(range).await?;
        let rows = slice.rows.into_iter().map(row::decode::<BlockRow>);
        let rows = rows.map(|row| row.map(|row| row.blocked_user())).collect::<Result<_, _>>()?;
        Ok(Slice { rows, last: slice.last })
    }

    /// A part that refuses the transaction if one of two people blocks the other in this direction.
    pub(crate) fn no_block_part(&self, owner: &UserId, user: &UserId) -> Result<TransactWriteItem, Error> {
        self.absence_part(&keys::block(owner, user))
    }

    fn absence_part(&self, key: &Key) -> Result<TransactWriteItem, Error> {
        let check = self.check_part(key).condition_expression("attribute_not_exists(#pk)");
        check.expression_attribute_names("#pk", PK).part()
    }

    fn end_part(&self, key: &Key) -> Result<TransactWriteItem, Error> {
        let delete = self.delete_part(key).condition_expression("attribute_exists(#pk)");
        delete.expression_attribute_names("#pk", PK).part()
    }
}

/// The counter's condition also fails when a contact is gone that was still read, which is a race and no limit.
fn is_full(profile: &row::Item) -> bool {
    let blocks = profile.get("blocks").and_then(|value| value.as_n().ok()?.parse::<u64>().ok());
    blocks.is_some_and(|blocks| blocks >= MAX_BLOCKS)
}

fn closed_by(head: &Head, user: &UserId) -> Head {
    let mut head = head.clone();
    if !head.closed_by.contains(user) {
        head.closed_by.push(user.clone());
    }
    head
}

fn opened_by(head: &Head, user: &UserId) -> Head {
    let mut head = head.clone();
    head.closed_by.retain(|closer| closer != user);
    head
}

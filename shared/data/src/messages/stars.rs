//! Listing stars.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::Error;
use domain::id::{ConversationId, UserId};
use domain::message::{Message, StarredMessage};

use crate::conversations::state::State;
use crate::failure;
use crate::keys::{self, Key};
use crate::messages::row::StarRow;
use crate::row::{self, Item};
use crate::store::{Range, Store};

/// A page of stars, last starred first.
#[derive(Debug, Clone, PartialEq)]
pub struct StarPage {
    /// The stars with their messages.
    pub stars: Vec<StarredMessage>,
    /// The place after which the next page starts; none on the last page.
    pub last: Option<String>,
}

/// Sorts before every place.
const END: &str = "~";

impl Store {
    /// A person's stars of all conversations, last starred first, after a place of an earlier page.
    ///
    /// One query of the index, eventually consistent, then the messages and what proves that they may be seen, strongly
    /// consistent, three units a star. A star whose message can no longer be seen is there without it.
    pub async fn star_list(
        &self,
        user: &UserId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<StarPage, Error> {
        let answer = self
            .client()
            .query()
            .table_name(self.table())
            .index_name(keys::INDEX)
            .key_condition_expression("#pk = :pk AND #sk < :after")
            .expression_attribute_names("#pk", keys::INDEX_PK)
            .expression_attribute_names("#sk", keys::INDEX_SK)
            .expression_attribute_values(":pk", AttributeValue::S(keys::stars_index(user)))
            .expression_attribute_values(":after", AttributeValue::S(after.unwrap_or(END).to_owned()))
            .scan_index_forward(false)
            .limit(i32::try_from(limit + 1).unwrap_or(i32::MAX))
            .send()
            .await
            .map_err(|failure| failure::error("Query", failure))?;
        let rows = answer.items.unwrap_or_default().into_iter().map(row::decode);
        self.star_page(user, rows.collect::<Result<_, _>>()?, limit).await
    }

    /// A person's stars of one conversation, last starred first, after a place of an earlier page; `NotFound` for who is
    /// no member.
    ///
    /// Strongly consistent. At most 1,000 stars are read, 40 of them a unit, then the messages of the page as in
    /// [`Store::star_list`].
    pub async fn star_list_of(
        &self,
        user: &UserId,
        conversation: &ConversationId,
        after: Option<&str>,
        limit: usize,
    ) -> Result<StarPage, Error> {
        let range = Range::prefix(keys::user_partition(user), &keys::stars_prefix(conversation));
        let (state, slice) =
            futures::future::try_join(self.state_get(user, conversation), self.range(range)).await?;
        state.ok_or_else(Error::not_found)?;
        let mut rows: Vec<StarRow> = slice.rows.into_iter().map(row::decode).collect::<Result<_, _>>()?;
        rows.retain(|row| after.is_none_or(|after| row.index_sk.as_str() < after));
        rows.sort_unstable_by(|one, other| other.index_sk.cmp(&one.index_sk));
        self.star_page(user, rows, limit).await
    }

    /// The first stars of a list with their messages.
    async fn star_page(
        &self,
        user: &UserId,
        mut rows: Vec<StarRow>,
        limit: usize,
    ) -> Result<StarPage, Error> {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let wanted: Vec<Key> = rows.iter().flat_map(|row| row.proof(user)).collect();
        let items = self.batch(&wanted, true).await?;
        let stars = rows.iter().map(|row| Ok(row.starred(row.message(user, &items)?)));
        let stars = stars.collect::<Result<_, Error>>()?;
        Ok(StarPage { stars, last: rows.pop().filter(|_| more).map(|row| row.index_sk) })
    }
}

impl StarRow {
    /// The message, and what says whether the person may see it.
    fn proof(&self, user: &UserId) -> [Key; 3] {
        [
            keys::state(user, &self.conversation_id),
            keys::message(&self.conversation_id, self.seq),
            keys::hidden(user, &self.conversation_id, self.seq),
        ]
    }

    fn message(&self, user: &UserId, items: &HashMap<Key, Item>) -> Result<Option<Message>, Error> {
        let [state, message, hidden] = self.proof(user).map(|key| items.get(&key).cloned());
        let state: Option<State> = state.map(row::decode).transpose()?;
        if hidden.is_some() || !state.is_some_and(|state| state.sees(self.seq)) {
            return Ok(None);
        }
        message.map(row::decode).transpose()
    }
}

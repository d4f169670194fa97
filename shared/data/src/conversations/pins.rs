//! How many conversations a person has pinned: exact, whatever they pin at the same time on other devices.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::Error;
use domain::id::{ConversationId, UserId};
use serde::{Deserialize, Serialize};

use crate::conversations::state::State;
use crate::conversations::view::take;
use crate::keys;
use crate::row::Row;
use crate::store::{IntoPart, Store};

/// The conversations that a person may have pinned. Those they left since are dropped when room is needed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pins {
    /// Which.
    pub conversation_ids: Vec<ConversationId>,
    /// Grows by one with every write of this row.
    pub lock: u64,
}

impl Row for Pins {
    const ENTITY: &'static str = "pins";
}

impl Pins {
    fn with(&self, id: &ConversationId) -> Self {
        let mut after = self.without(id);
        after.conversation_ids.push(id.clone());
        after
    }

    fn without(&self, id: &ConversationId) -> Self {
        let mut after = self.clone();
        after.conversation_ids.retain(|pinned| pinned != id);
        after
    }
}

impl Store {
    /// A part that counts a conversation as pinned or not, for a state that changes accordingly in the same transaction.
    ///
    /// Reads only when there is no room. `LimitExceeded` when `max` others are pinned.
    pub(crate) async fn pins_part(
        &self,
        user: &UserId,
        before: Option<&Pins>,
        after: &State,
        max: usize,
    ) -> Result<TransactWriteItem, Error> {
        let none = Pins::default();
        let (pins, id) = (before.unwrap_or(&none), &after.conversation_id);
        let mut next = if after.pinned_at.is_some() { pins.with(id) } else { pins.without(id) };
        if after.pinned_at.is_some() && next.conversation_ids.len() > max {
            next = self.pins_prune(user, next, id).await?;
            if next.conversation_ids.len() > max {
                return Err(Error::limit_exceeded(format!("at most {max} conversations: unpin one first")));
            }
        }
        next.lock = pins.lock + 1;
        let part = self.put_part(&keys::pins(user), &next)?;
        match before {
            None => part.condition_expression("attribute_not_exists(pk)").part(),
            Some(before) => part
                .condition_expression("#lock = :lock")
                .expression_attribute_names("#lock", "lock")
                .expression_attribute_values(":lock", AttributeValue::N(before.lock.to_string()))
                .part(),
        }
    }

    /// The pins without those that are pinned no more: the person left, and perhaps came back.
    async fn pins_prune(&self, user: &UserId, pins: Pins, new: &ConversationId) -> Result<Pins, Error> {
        let keys: Vec<_> = pins.conversation_ids.iter().map(|id| keys::state(user, id)).collect();
        let mut items = self.batch(&keys, true).await?;
        let mut pruned = Pins { conversation_ids: Vec::new(), ..pins };
        for id in pins.conversation_ids {
            let state = take::<State>(&mut items, &keys::state(user, &id))?;
            if id == *new || state.is_some_and(|state| state.pinned_at.is_some()) {
                pruned.conversation_ids.push(id);
            }
        }
        Ok(pruned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_is_counted_once() {
        let id = ConversationId::parse(format!("g-{}", "1".repeat(32))).unwrap();
        let pins = Pins::default().with(&id).with(&id);
        assert_eq!(pins.conversation_ids.len(), 1);
        assert_eq!(pins.without(&id), Pins::default());
    }
}

//! How far a member has come.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use domain::Error;
use domain::account::{Profile, both_tell_readings};
use domain::id::{ConversationId, UserId};
use domain::message::Receipt;
use jiff::Timestamp;

use crate::conversations::own::DraftRow;
use crate::conversations::state::State;
use crate::failure;
use crate::keys;
use crate::row::{self, Item};
use crate::store::{Store, attributes};

/// Whether people tell each other what they read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Telling {
    /// They do.
    Readings,
    /// Only what they received.
    DeliveriesOnly,
}

impl Telling {
    /// Between two people: only if both tell it. Who is gone tells nothing.
    pub(crate) fn between(one: Option<&Profile>, other: Option<&Profile>) -> Self {
        match (one, other) {
            (Some(one), Some(other)) if both_tell_readings(&one.privacy, &other.privacy) => Telling::Readings,
            _ => Telling::DeliveriesOnly,
        }
    }
}

impl State {
    /// How far the member has come, as others are told.
    pub(crate) fn receipt(&self, telling: Telling) -> Receipt {
        Receipt {
            conversation_id: self.conversation_id.clone(),
            user_id: self.user_id.clone(),
            delivered_seq: self.delivered_seq,
            read_seq: (telling == Telling::Readings).then_some(self.read_seq),
            at: self.receipt_at.unwrap_or(self.joined_at),
        }
    }
}

/// Which of the two watermarks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watermark {
    /// What reached a device.
    Delivered,
    /// What was read; it was delivered too then.
    Read,
}

/// What is to be written, according to the state that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Move {
    read: bool,
    delivered: bool,
    unmark: bool,
}

impl Move {
    /// What almost always is to be done: read up to the end, nothing of it known before.
    const fn first(watermark: Watermark) -> Self {
        Move { read: matches!(watermark, Watermark::Read), delivered: true, unmark: false }
    }

    /// What is left to do; none if it was done before.
    fn left(watermark: Watermark, seq: u64, state: &State) -> Option<Self> {
        let reads = watermark == Watermark::Read;
        let left = Move {
            read: reads && state.read_seq < seq,
            delivered: state.delivered_seq < seq,
            unmark: reads && state.marked_unread,
        };
        (left.read || left.delivered || left.unmark).then_some(left)
    }

    fn expressions(self) -> (String, String) {
        let mut set = "version = version + :one".to_owned();
        let mut condition = "attribute_exists(pk)".to_owned();
        for (moves, name) in [(self.read, "readSeq"), (self.delivered, "deliveredSeq")] {
            if moves {
                // What was read is written as delivered too, which it mostly was before.
                let below = if name == "deliveredSeq" && self.read { "<=" } else { "<" };
                set.push_str(&format!(", {name} = :seq"));
                condition.push_str(&format!(" AND {name} {below} :seq"));
            }
        }
        if self.read || self.delivered {
            set.push_str(", receiptAt = :now");
        }
        if self.read || self.unmark {
            set.push_str(", markedUnread = :false");
        }
        (format!("SET {set}"), condition)
    }
}

impl Store {
    /// Moves a member's watermark forwards, never backwards; reading takes the unread mark away. `NotFound` for who is
    /// no member.
    ///
    /// One conditional write, one unit, which proves the membership too. Said again it is one refused write that tells
    /// the state. A second write is needed only where one watermark was further already.
    pub async fn receipt_mark(
        &self,
        user: &UserId,
        conversation: &ConversationId,
        seq: u64,
        watermark: Watermark,
        now: Timestamp,
    ) -> Result<State, Error> {
        let mut step = Move::first(watermark);
        let mut attempt = 0;
        loop {
            let state: State = match self.move_watermarks(user, conversation, seq, step, now).await? {
                Ok(item) => return row::decode(item),
                Err(None) => return Err(Error::not_found()),
                Err(Some(item)) => row::decode(item)?,
            };
            match Move::left(watermark, seq, &state) {
                None => return Ok(state),
                // The first refusal tells what to do; only a further one is a lost race.
                Some(left) if attempt == 0 => (step, attempt) = (left, 1),
                Some(left) => {
                    step = left;
                    self.back_off(&mut attempt).await?;
                }
            }
        }
    }

    /// What a person is writing in a conversation, if anything; strongly consistent; one unit.
    pub async fn draft_get(
        &self,
        user: &UserId,
        conversation: &ConversationId,
    ) -> Result<Option<String>, Error> {
        let draft: Option<DraftRow> = self.get(&keys::draft(user, conversation)).await?;
        Ok(draft.map(|draft| draft.text))
    }

    /// The row after the write, or as it is if the condition does not hold.
    async fn move_watermarks(
        &self,
        user: &UserId,
        conversation: &ConversationId,
        seq: u64,
        step: Move,
        now: Timestamp,
    ) -> Result<Result<Item, Option<Item>>, Error> {
        let (set, condition) = step.expressions();
        let mut request = self
            .client()
            .update_item()
            .table_name(self.table())
            .set_key(Some(attributes(&keys::state(user, conversation))))
            .update_expression(set)
            .condition_expression(condition)
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        if step.read || step.delivered {
            request = request
                .expression_attribute_values(":seq", AttributeValue::N(seq.to_string()))
                .expression_attribute_values(":now", AttributeValue::S(now.to_string()));
        }
        if step.read || step.unmark {
            request = request.expression_attribute_values(":false", AttributeValue::Bool(false));
        }
        match request.send().await {
            Ok(answer) => Ok(Ok(answer.attributes.unwrap_or_default())),
            Err(SdkError::ServiceError(service)) if service.err().is_conditional_check_failed_exception() => {
                match service.into_err() {
                    UpdateItemError::ConditionalCheckFailedException(refused) => Ok(Err(refused.item)),
                    other => Err(Error::internal(other.to_string())),
                }
            }
            Err(failure) => Err(failure::error("UpdateItem", failure)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversations::head::tests::state;

    #[test]
    fn what_was_done_is_not_done_again() {
        let state = State { read_seq: 5, delivered_seq: 7, ..state() };
        assert_eq!(Move::left(Watermark::Read, 5, &state), None);
        assert_eq!(Move::left(Watermark::Delivered, 7, &state), None);
    }

    #[test]
    fn reading_what_was_delivered_moves_one_watermark() {
        let state = State { read_seq: 5, delivered_seq: 7, ..state() };
        let left = Move::left(Watermark::Read, 6, &state).unwrap();
        assert_eq!(left, Move { read: true, delivered: false, unmark: false });
        let (set, condition) = left.expressions();
        assert!(!set.contains("deliveredSeq") && condition.contains("readSeq < :seq"));
    }

    #[test]
    fn reading_again_takes_the_unread_mark_away() {
        let state = State { read_seq: 5, delivered_seq: 5, marked_unread: true, ..state() };
        let left = Move::left(Watermark::Read, 5, &state).unwrap();
        assert_eq!(left, Move { read: false, delivered: false, unmark: true });
        assert_eq!(Move::left(Watermark::Delivered, 5, &state), None);
    }

    #[test]
    fn no_watermark_is_written_without_being_compared() {
        for (read, delivered) in [(true, true), (true, false), (false, true), (false, false)] {
            let (set, condition) = Move { read, delivered, unmark: false }.expressions();
            for name in ["readSeq", "deliveredSeq"] {
                assert_eq!(set.contains(&format!("{name} = :seq")), condition.contains(&format!("{name} <")));
            }
        }
    }
}

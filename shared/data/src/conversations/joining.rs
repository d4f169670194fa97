//! Parts of transactions that make somebody a member, or end it.

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::Error;
use domain::id::{ConversationId, UserId};

use crate::account::Count;
use crate::conversations::member::MemberRow;
use crate::conversations::state::State;
use crate::failure::TransactionFailure;
use crate::keys;
use crate::store::{IntoPart, Store};

/// How many parts [`Store::joining_parts`] gives.
pub(crate) const JOINING: usize = 3;
/// Which of them counts the person's conversations.
const COUNTER: usize = 2;

/// Why a person cannot become a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// There is no such person (any more).
    Gone,
    /// They are in as many conversations as they can be.
    Overfull,
}

impl Obstacle {
    /// What stood in the way of the person whose joining parts begin at this index, if it was the person.
    pub(crate) fn of(failure: &TransactionFailure, first_part: usize) -> Option<Self> {
        match failure.condition(first_part + COUNTER)? {
            Some(_) => Some(Obstacle::Overfull),
            None => Some(Obstacle::Gone),
        }
    }
}

impl Store {
    /// The parts that make somebody a member: roster, state, and one more conversation of theirs.
    pub(crate) fn joining_parts(
        &self,
        member: &MemberRow,
        state: &State,
    ) -> Result<[TransactWriteItem; JOINING], Error> {
        let (conversation, user) = (&member.conversation_id, &member.user_id);
        let absent = "attribute_not_exists(pk)";
        Ok([
            self.put_part(&keys::member(conversation, user), member)?.condition_expression(absent).part()?,
            self.put_part(&keys::state(user, conversation), state)?.condition_expression(absent).part()?,
            self.membership_counter_part(user, Count::Joined)?,
        ])
    }

    /// The parts that end a membership: roster, state, draft, and one conversation of theirs less.
    pub(crate) fn leaving_parts(
        &self,
        conversation: &ConversationId,
        user: &UserId,
    ) -> Result<[TransactWriteItem; 4], Error> {
        let present = "attribute_exists(pk)";
        Ok([
            self.delete_part(&keys::member(conversation, user)).condition_expression(present).part()?,
            self.delete_part(&keys::state(user, conversation)).condition_expression(present).part()?,
            self.delete_part(&keys::draft(user, conversation)).part()?,
            self.membership_counter_part(user, Count::Left)?,
        ])
    }
}

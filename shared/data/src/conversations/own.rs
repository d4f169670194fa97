//! A person's own settings in a conversation.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::Error;
use domain::account::Change;
use domain::conversation::{ConversationState, MutedUntil};
use domain::id::{ConversationId, UserId};
use domain::text::Draft;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::conversations::head::Head;
use crate::conversations::pins::Pins;
use crate::conversations::state::State;
use crate::keys;
use crate::row::{self, Row};
use crate::store::{IntoPart, Store};

/// What a person is writing in a conversation. Absent when that is nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DraftRow {
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// The text.
    pub text: String,
}

impl Row for DraftRow {
    const ENTITY: &'static str = "draft";
}

/// Changes of a person's own settings; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnChange {
    /// Pinned or not.
    pub pinned: Option<bool>,
    /// Until when nothing rings, or nothing to unmute.
    pub muted_until: Change<MutedUntil>,
    /// Archived or not.
    pub archived: Option<bool>,
    /// Marked as unread or not.
    pub marked_unread: Option<bool>,
    /// What is being written; empty for nothing.
    pub draft: Option<Draft>,
}

impl State {
    /// The state after a change. The version grows only if there is one, in the state or in the draft.
    fn changed(&self, change: &OwnChange, draft_changes: bool, at: Timestamp) -> State {
        let pinned_at = match change.pinned {
            Some(true) => self.pinned_at.or(Some(at)),
            Some(false) => None,
            None => self.pinned_at,
        };
        let muted_until = match change.muted_until {
            Change::Stay => self.muted_until,
            Change::Become(until) => until.map(MutedUntil::get),
        };
        let mut after = State {
            pinned_at,
            muted_until,
            archived: change.archived.unwrap_or(self.archived),
            marked_unread: change.marked_unread.unwrap_or(self.marked_unread),
            ..self.clone()
        };
        after.version += u64::from(draft_changes || after != *self);
        after
    }
}

impl Store {
    /// Changes a person's own settings in a conversation and gives them as they are then.
    ///
    /// One transactional read, and one transactional write if something changes. At most `max_pinned` conversations
    /// are pinned, exactly. `NotFound` for who is no member, `LimitExceeded` for one pin too many.
    pub async fn own_update(
        &self,
        user: &UserId,
        conversation: &ConversationId,
        change: &OwnChange,
        max_pinned: usize,
        at: Timestamp,
    ) -> Result<ConversationState, Error> {
        let keys = [keys::state(user, conversation), keys::draft(user, conversation), keys::pins(user)];
        let mut attempt = 0;
        loop {
            let mut rows = self.snapshot(&keys).await?.into_iter();
            let before = row::next::<State>(&mut rows)?.ok_or_else(Error::not_found)?;
            let old_draft = row::next::<DraftRow>(&mut rows)?.map(|row| row.text);
            let pins = row::next::<Pins>(&mut rows)?;
            let draft = match &change.draft {
                Some(draft) => Some(draft.as_str().to_owned()).filter(|text| !text.is_empty()),
                None => old_draft.clone(),
            };
            let after = before.changed(change, draft != old_draft, at);
            if after == before {
                return Ok(before.conversation_state(None, draft));
            }
            let mut parts = vec![self.settings_part(&before, &after)?];
            if after.pinned_at != before.pinned_at {
                parts.push(self.pins_part(user, pins.as_ref(), &after, max_pinned).await?);
            }
            if draft != old_draft {
                parts.push(self.draft_part(&after, draft.as_deref())?);
            }
            match self.transact(parts).await {
                Ok(()) => return Ok(after.conversation_state(None, draft)),
                Err(failure) => failure.lost_race()?,
            }
            self.back_off(&mut attempt).await?;
        }
    }

    /// Hides everything so far from a person; what was hidden one by one is hidden with it.
    ///
    /// One transactional read, and one write if there is something to clear. A message that is sent meanwhile stays.
    /// `NotFound` for who is no member.
    pub async fn own_clear(
        &self,
        user: &UserId,
        conversation: &ConversationId,
    ) -> Result<ConversationState, Error> {
        let keys =
            [keys::head(conversation), keys::state(user, conversation), keys::draft(user, conversation)];
        let mut attempt = 0;
        loop {
            let mut rows = self.snapshot(&keys).await?.into_iter();
            let head: Option<Head> = row::next(&mut rows)?;
            let state: Option<State> = row::next(&mut rows)?;
            let (Some(head), Some(before)) = (head, state) else { return Err(Error::not_found()) };
            let draft = row::next::<DraftRow>(&mut rows)?.map(|row| row.text);
            if before.cleared_seq >= head.seq {
                return Ok(before.conversation_state(Some(&head), draft));
            }
            let after = State {
                cleared_seq: head.seq,
                hidden_count: 0,
                hidden_seq: 0,
                version: before.version + 1,
                ..before.clone()
            };
            match self.transact(vec![self.clear_part(&before, &after)?]).await {
                Ok(()) => return Ok(after.conversation_state(Some(&head), draft)),
                Err(failure) => failure.lost_race()?,
            }
            self.back_off(&mut attempt).await?;
        }
    }

    /// Only the settings are written: a send moves the other fields of the same row without raising its version.
    fn settings_part(&self, before: &State, after: &State) -> Result<TransactWriteItem, Error> {
        let mut sets = "SET archived = :archived, markedUnread = :unread, version = :version".to_owned();
        let mut removes = Vec::new();
        let mut part = self
            .update_part(&keys::state(&before.user_id, &before.conversation_id))
            .condition_expression("version = :before")
            .expression_attribute_values(":archived", AttributeValue::Bool(after.archived))
            .expression_attribute_values(":unread", AttributeValue::Bool(after.marked_unread))
            .expression_attribute_values(":version", AttributeValue::N(after.version.to_string()))
            .expression_attribute_values(":before", AttributeValue::N(before.version.to_string()));
        for (name, value) in [("pinnedAt", after.pinned_at), ("mutedUntil", after.muted_until)] {
            match value {
                Some(moment) => {
                    sets = format!("{sets}, {name} = :{name}");
                    part = part.expression_attribute_values(
                        format!(":{name}"),
                        AttributeValue::S(moment.to_string()),
                    );
                }
                None => removes.push(name),
            }
        }
        if !removes.is_empty() {
            sets = format!("{sets} REMOVE {}", removes.join(", "));
        }
        part.update_expression(sets).part()
    }

    fn clear_part(&self, before: &State, after: &State) -> Result<TransactWriteItem, Error> {
        let number = |number: u64| AttributeValue::N(number.to_string());
        self.update_part(&keys::state(&before.user_id, &before.conversation_id))
            .update_expression(
                "SET clearedSeq = :cleared, hiddenCount = :none, hiddenSeq = :none, version = :version",
            )
            .condition_expression("version = :before")
            .expression_attribute_values(":cleared", number(after.cleared_seq))
            .expression_attribute_values(":none", number(0))
            .expression_attribute_values(":version", number(after.version))
            .expression_attribute_values(":before", number(before.version))
            .part()
    }

    fn draft_part(&self, state: &State, draft: Option<&str>) -> Result<TransactWriteItem, Error> {
        let key = keys::draft(&state.user_id, &state.conversation_id);
        match draft {
            None => self.delete_part(&key).part(),
            Some(text) => {
                let row = DraftRow { conversation_id: state.conversation_id.clone(), text: text.to_owned() };
                self.put_part(&key, &row)?.part()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversations::head::tests::state;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn what_is_absent_stays_and_no_change_is_no_version() {
        let before = State { muted_until: Some(at(9)), archived: true, ..state() };
        assert_eq!(before.changed(&OwnChange::default(), false, at(5)), before);
        let again = OwnChange { archived: Some(true), pinned: Some(false), ..OwnChange::default() };
        assert_eq!(before.changed(&again, false, at(5)), before);
    }

    #[test]
    fn pinning_again_keeps_the_place() {
        let pin = OwnChange { pinned: Some(true), ..OwnChange::default() };
        let once = state().changed(&pin, false, at(5));
        assert_eq!(once.pinned_at, Some(at(5)));
        assert_eq!(once.changed(&pin, false, at(6)), once);
    }

    #[test]
    fn null_unmutes_and_a_draft_is_a_change() {
        let muted = State { muted_until: Some(at(9)), ..state() };
        let unmute = OwnChange { muted_until: Change::Become(None), ..OwnChange::default() };
        assert_eq!(muted.changed(&unmute, false, at(5)).muted_until, None);
        let drafted = state().changed(&OwnChange::default(), true, at(5));
        assert_eq!(drafted.version, state().version + 1);
    }
}

//! A person's own state in a conversation. The row is the proof of membership.

use domain::Error;
use domain::conversation::{ConversationState, MemberRole};
use domain::id::{ConversationId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::conversations::head::Head;
use crate::keys;
use crate::row::Row;
use crate::store::Store;

/// The state row. It exists while the person is a member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct State {
    /// Of which conversation.
    pub conversation_id: ConversationId,
    /// Whose.
    pub user_id: UserId,
    /// What they may do; the same as in the roster.
    pub role: MemberRole,
    /// When they joined.
    pub joined_at: Timestamp,
    /// The first number they may see.
    pub first_seq: u64,
    /// The last change before they joined, unless they see all history: the changes up to it are of no concern to them.
    #[serde(default)]
    pub first_rev: u64,
    /// Everything up to this number was read. Never less than what the person sent last.
    #[serde(default)]
    pub read_seq: u64,
    /// Everything up to this number reached a device.
    #[serde(default)]
    pub delivered_seq: u64,
    /// When one of the two moved.
    #[serde(default)]
    pub receipt_at: Option<Timestamp>,
    /// The number of the message that the person sent last: a watermark that moved to it is no news to others.
    #[serde(default)]
    pub sent_seq: u64,
    /// The number of the last message that mentions the person; kept by the publisher.
    #[serde(default)]
    pub mention_seq: u64,
    /// Since when the conversation is pinned.
    #[serde(default)]
    pub pinned_at: Option<Timestamp>,
    /// Until when it is muted.
    #[serde(default)]
    pub muted_until: Option<Timestamp>,
    /// Whether it is archived.
    #[serde(default)]
    pub archived: bool,
    /// Whether it is marked as unread.
    #[serde(default)]
    pub marked_unread: bool,
    /// Everything up to this number is cleared.
    #[serde(default)]
    pub cleared_seq: u64,
    /// How many messages are starred.
    #[serde(default)]
    pub star_count: u64,
    /// How many messages are deleted for the person since the last clearing.
    #[serde(default)]
    pub hidden_count: u64,
    /// The greatest number among them: the preview of a chat list must not show a message that is deleted for the person.
    #[serde(default)]
    pub hidden_seq: u64,
    /// Grows by one with every write of this row, except that a send leaves it alone: the head's number tells of it.
    #[serde(default)]
    pub version: u64,
}

impl Row for State {
    const ENTITY: &'static str = "state";
}

impl State {
    /// A new member's state: nothing read, nothing before `first_seq` to see.
    pub fn new(member: &super::member::MemberRow) -> Self {
        State {
            conversation_id: member.conversation_id.clone(),
            user_id: member.user_id.clone(),
            role: member.role,
            joined_at: member.joined_at,
            first_seq: member.first_seq,
            first_rev: 0,
            read_seq: 0,
            delivered_seq: 0,
            receipt_at: None,
            sent_seq: 0,
            mention_seq: 0,
            pinned_at: None,
            muted_until: None,
            archived: false,
            marked_unread: false,
            cleared_seq: 0,
            star_count: 0,
            hidden_count: 0,
            hidden_seq: 0,
            version: 1,
        }
    }

    /// The state of who joins a conversation that has this head.
    pub fn joining(member: &super::member::MemberRow, head: &Head) -> Self {
        let first_rev = if member.first_seq > 1 { head.rev } else { 0 };
        State { first_rev, ..State::new(member) }
    }

    /// Whether the person may see the message at a number.
    pub fn sees(&self, seq: u64) -> bool {
        seq >= self.first_seq && seq > self.cleared_seq
    }

    /// Whether the last message of the conversation, which is at this number, is to be shown to the person.
    pub fn shows(&self, last_seq: u64) -> bool {
        self.sees(last_seq) && self.hidden_seq != last_seq
    }

    /// How many messages the person has not read.
    pub fn unread(&self, head: &Head) -> u64 {
        let floor = self.read_seq.max(self.cleared_seq).max(self.first_seq.saturating_sub(1));
        head.seq.saturating_sub(floor)
    }

    /// The state as a client sees it; with the head also the number of unread messages.
    pub fn conversation_state(&self, head: Option<&Head>, draft: Option<String>) -> ConversationState {
        ConversationState {
            conversation_id: self.conversation_id.clone(),
            user_id: self.user_id.clone(),
            role: self.role,
            joined_at: self.joined_at,
            first_seq: self.first_seq,
            read_seq: self.read_seq,
            delivered_seq: self.delivered_seq,
            unread_count: head.map(|head| self.unread(head)),
            pinned_at: self.pinned_at,
            muted_until: self.muted_until,
            archived: self.archived,
            marked_unread: self.marked_unread,
            mentioned: self.mention_seq > self.read_seq.max(self.cleared_seq),
            draft,
            cleared_seq: self.cleared_seq,
            version: self.version,
        }
    }
}

impl Store {
    /// A person's state, which is there if and only if they are a member; strongly consistent; one unit.
    pub async fn state_get(
        &self,
        user: &UserId,
        conversation: &ConversationId,
    ) -> Result<Option<State>, Error> {
        self.get(&keys::state(user, conversation)).await
    }
}

//! The entities, in the shape that every answer, event and sync gives them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{ConversationId, MessageId, UserId};
use crate::message::{MessageKind, SystemNotice};

/// Direct or group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConversationKind {
    /// Two people, or one with their notes.
    Direct,
    /// Up to 1,024 people.
    Group,
}

/// What a member may do. `Owner` is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MemberRole {
    /// What the policy says.
    Member,
    /// Members, info and messages.
    Admin,
    /// Everything, roles among it.
    Owner,
}

/// What a new member sees of what was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HistoryPolicy {
    /// Nothing.
    FromJoining,
    /// Everything.
    All,
}

/// What members of a group may do; each right is held by its role and those above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupPolicy {
    /// Who may change title and description and pin messages.
    pub edit_info: MemberRole,
    /// Who may send.
    pub send: MemberRole,
    /// Who may add members.
    pub add_members: MemberRole,
    /// What a new member sees of what was before.
    pub history: HistoryPolicy,
}

impl Default for GroupPolicy {
    fn default() -> Self {
        GroupPolicy {
            edit_info: MemberRole::Member,
            send: MemberRole::Member,
            add_members: MemberRole::Member,
            history: HistoryPolicy::FromJoining,
        }
    }
}

/// A conversation as a client sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// Direct or group.
    pub kind: ConversationKind,
    /// The title of a group.
    pub title: Option<String>,
    /// What a group is for.
    pub description: Option<String>,
    /// How many members.
    pub member_count: u64,
    /// Who created it.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// The members of a direct conversation, one or two.
    pub participant_ids: Option<Vec<UserId>>,
    /// What members of a group may do.
    pub policy: Option<GroupPolicy>,
    /// The number of the last message.
    pub seq: u64,
    /// The number of the last change.
    pub rev: u64,
    /// The last message in short.
    pub last_message: Option<MessagePreview>,
    /// When the last message or change came.
    pub updated_at: Timestamp,
    /// The caller's own state; never in events.
    pub state: Option<ConversationState>,
}

/// The last message in short, bounded to a few hundred bytes because it is rewritten with every message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessagePreview {
    /// Its number.
    pub seq: u64,
    /// Its id.
    pub message_id: MessageId,
    /// Who sent it; none for a system notice.
    pub sender_id: Option<UserId>,
    /// Its kind.
    pub kind: MessageKind,
    /// Up to 100 characters of its text.
    pub text: Option<String>,
    /// What happened, with at most 3 targets.
    pub notice: Option<SystemNotice>,
    /// Whether it was deleted for everyone.
    pub deleted: bool,
    /// When it was sent.
    pub created_at: Timestamp,
}

/// A person's own state in a conversation as a client sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConversationState {
    /// Of which conversation.
    pub conversation_id: ConversationId,
    /// Whose.
    pub user_id: UserId,
    /// What they may do.
    pub role: MemberRole,
    /// When they joined.
    pub joined_at: Timestamp,
    /// The first number they may see.
    pub first_seq: u64,
    /// Everything up to this number was read.
    pub read_seq: u64,
    /// Everything up to this number reached a device.
    pub delivered_seq: u64,
    /// How many messages are unread, where the conversation was read as well.
    pub unread_count: Option<u64>,
    /// Since when it is pinned.
    pub pinned_at: Option<Timestamp>,
    /// Until when it is muted.
    pub muted_until: Option<Timestamp>,
    /// Whether it is archived.
    pub archived: bool,
    /// Whether it is marked as unread.
    pub marked_unread: bool,
    /// Whether an unread message mentions the person.
    pub mentioned: bool,
    /// What is being written.
    pub draft: Option<String>,
    /// Everything up to this number is cleared.
    pub cleared_seq: u64,
    /// Grows with each change.
    pub version: u64,
}

/// A person in a conversation as a client sees them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// Of which conversation.
    pub conversation_id: ConversationId,
    /// Who.
    pub user_id: UserId,
    /// What they may do.
    pub role: MemberRole,
    /// When they joined.
    pub joined_at: Timestamp,
    /// Whether they are still in.
    pub active: bool,
}

//! The rows of the log.

use domain::id::{ConversationId, MessageId, UserId};
use domain::message::Message;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::row::Row;

impl Row for Message {
    const ENTITY: &'static str = "message";
}

/// Where the message with an id stands: the proof that it was sent, for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Marker {
    /// The message.
    pub id: MessageId,
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// At which number.
    pub seq: u64,
    /// Who sent it.
    pub sender_id: UserId,
    /// The digest of what the sender asked for: the same id with other content is a conflict.
    pub request: String,
}

impl Row for Marker {
    const ENTITY: &'static str = "marker";
}

/// A change at its number. It points at what changed, and keeps only what would be lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// Its number.
    pub rev: u64,
    /// What changed.
    pub target: ChangeTarget,
    /// Who did it.
    pub actor_id: UserId,
    /// When.
    pub at: Timestamp,
    /// The text before an edit.
    #[serde(default)]
    pub before: Option<String>,
}

/// What a change points at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChangeTarget {
    /// A message: edited, deleted, reacted to, pinned or unpinned.
    Message {
        /// Its number.
        seq: u64,
    },
    /// A member's role.
    Member {
        /// Whose.
        user_id: UserId,
    },
    /// Title, description or policy.
    Conversation,
}

impl Row for Change {
    const ENTITY: &'static str = "change";
}

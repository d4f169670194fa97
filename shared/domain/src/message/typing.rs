//! Typing and recording: told, never stored.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{ConversationId, UserId};

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TypingActivity {
    /// Types.
    Typing,
    /// Records their voice.
    Recording,
    /// Has stopped.
    Stopped,
}

/// Somebody types or records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TypingEvent {
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// Who.
    pub user_id: UserId,
    /// What they do.
    pub activity: TypingActivity,
    /// When.
    pub at: Timestamp,
}

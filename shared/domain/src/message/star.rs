//! Stars: messages that a person keeps at hand.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Message;
use crate::id::ConversationId;

/// A star on a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StarredMessage {
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// The number of the message.
    pub seq: u64,
    /// The message; none once the person can no longer see it.
    pub message: Option<Message>,
    /// Since when; none when the star was taken away.
    pub starred_at: Option<Timestamp>,
}

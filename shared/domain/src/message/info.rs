//! Who has a message, and what became of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Message, Receipt};
use crate::id::UserId;

/// Who has a message, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageInfo {
    /// The message.
    pub message: Message,
    /// Who has it or read it, the sender left out; nobody is named above 256 members.
    pub receipts: Vec<Receipt>,
    /// How many others have it.
    pub delivered_count: u64,
    /// How many others read it, as far as they tell.
    pub read_count: u64,
    /// The reactions one by one, up to 100.
    pub reactions: Vec<Reaction>,
    /// The earlier texts, oldest first.
    pub edits: Vec<MessageEdit>,
    /// Where the next page of receipts starts.
    pub next_token: Option<String>,
}

/// A person's reaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reaction {
    /// Who.
    pub user_id: UserId,
    /// With what.
    pub emoji: String,
    /// When.
    pub created_at: Timestamp,
}

/// An earlier text of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageEdit {
    /// The text.
    pub text: String,
    /// Until when it stood.
    pub replaced_at: Timestamp,
}

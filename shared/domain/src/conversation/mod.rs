//! Conversations and who is in them.

mod entity;

pub use entity::{
    Conversation, ConversationKind, ConversationState, GroupPolicy, HistoryPolicy, Member, MemberRole,
    MessagePreview,
};

/// The most members of a group (WhatsApp's limit).
pub const MAX_MEMBERS: u64 = 1_024;
/// The most conversations that a person is in.
pub const MAX_CONVERSATIONS: u64 = 1_000;
/// The most conversations that a person pins, unless the deployment says otherwise.
pub const MAX_PINNED_CONVERSATIONS: usize = 3;
/// The most people that one call adds.
pub const MAX_ADDED_AT_ONCE: usize = 100;
/// Above this many members receipts are only counted, not named.
pub const MAX_NAMED_RECEIPTS: u64 = 256;

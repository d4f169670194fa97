//! Conversations and who is in them.

mod adding;
mod chat_list;
mod entity;
mod group_id;
mod invite;
mod membership;
mod mute;
mod policy;
mod request;
mod succession;

pub use adding::{AddMemberResult, AddMemberStatus, Adding, Candidate, sort_out};
pub use chat_list::{ChatListPosition, ConversationFilter, chat_list_page};
pub use entity::{
    Conversation, ConversationKind, ConversationState, GroupPolicy, HistoryPolicy, Member, MemberRole,
    MessagePreview,
};
pub use group_id::GroupId;
pub use invite::{InviteLink, InvitePreview, InviteTerms, InviteUses};
pub use membership::Membership;
pub use mute::MutedUntil;
pub use policy::{PolicyChange, Right};
pub use request::{GroupRequest, People};
pub use succession::successor;

/// The most members of a group (WhatsApp's limit).
pub const MAX_MEMBERS: u64 = 1_024;
/// The most conversations that a person is in.
pub const MAX_CONVERSATIONS: u64 = 1_000;
/// The most conversations that a person pins, unless the deployment says otherwise.
pub const MAX_PINNED_CONVERSATIONS: usize = 3;
/// The most people that one call adds.
pub const MAX_ADDED_AT_ONCE: usize = 100;
/// The most invite links of a group that work at the same time.
pub const MAX_OPEN_LINKS: usize = 20;
/// The most targets that the preview of a system notice names: the head is rewritten with every message.
pub const MAX_PREVIEW_TARGETS: usize = 3;
/// Above this many members receipts are only counted, not named.
pub const MAX_NAMED_RECEIPTS: u64 = 256;
/// Above this many members nobody is told live who received and read what.
///
/// One mark as read is told to all others, and every message is read by all others: what telling costs grows with the
/// square of the members. In a group of 32 in which everybody reads everything at once, the receipts of a message are
/// 961 deliveries; at [`MAX_NAMED_RECEIPTS`] they would be 65,025. Message info and sync tell the same on demand.
pub const MAX_LIVE_RECEIPTS: u64 = 32;

//! Messages.

mod change;
mod content;
mod emoji;
mod entity;
mod forward;
mod info;
mod known;
mod outgoing;
mod pin;
mod preview;
mod reaction;
mod result;
mod seq;
mod star;
mod text;
mod typing;

use jiff::SignedDuration;

pub use change::{Edited, MessageRef, Place};
pub use content::{CardInput, Content, LocationInput, Media, MediaRight, Mentions};
pub use emoji::Emoji;
pub use entity::{
    ContactCard, Location, Message, MessageKind, QuotedMessage, ReactionSummary, Receipt, SystemNotice,
    SystemNoticeType,
};
pub use forward::{ForwardPlan, ForwardTarget, may_forward};
pub use info::{MessageEdit, MessageInfo, Reaction};
pub use known::{Heard, Known};
pub use outgoing::{Outgoing, SendInput};
pub use pin::PinDuration;
pub use result::{SendMessageResult, held_back};
pub use seq::{Position, Seq};
pub use star::StarredMessage;
pub use text::MessageText;
pub use typing::{TypingActivity, TypingEvent};

/// The most characters of a text.
pub const MAX_TEXT: usize = 4_096;
/// The most people that a text mentions.
pub const MAX_MENTIONS: usize = 50;
/// How long after sending it a message can be edited (WhatsApp's limit).
pub const EDIT_WINDOW: SignedDuration = SignedDuration::from_secs(15 * 60);
/// How often a message can be edited.
pub const MAX_EDITS: usize = 20;
/// How long after sending it the sender can delete a message for everyone (about WhatsApp's limit).
pub const DELETE_WINDOW: SignedDuration = SignedDuration::from_secs(48 * 60 * 60);
/// The most messages that one call sends or forwards.
pub const MAX_SENT_AT_ONCE: usize = 25;
/// The most conversations that one call forwards to (WhatsApp's limit).
pub const MAX_FORWARD_TARGETS: usize = 5;
/// From this many hops on a message goes to one conversation at a time (WhatsApp's limit).
pub const FORWARDED_OFTEN: u64 = 4;
/// The most different emoji under a message.
pub const MAX_REACTION_KINDS: usize = 20;
/// How many people a reaction's summary names.
pub const MAX_REACTION_NAMES: usize = 10;
/// The most messages that a person stars in one conversation.
pub const MAX_STARS: u64 = 1_000;
/// The most messages that a person deletes for themself in one conversation between two clearings.
pub const MAX_HIDDEN: u64 = 1_000;
/// The most pinned messages of a conversation.
pub const MAX_PINS: usize = 3;
/// The most characters of a text that a preview or a quote shows.
pub const MAX_PREVIEW: usize = 100;

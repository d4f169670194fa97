//! Messages.

mod entity;

pub use entity::{
    ContactCard, Location, Message, MessageKind, QuotedMessage, ReactionSummary, Receipt, SystemNotice,
    SystemNoticeType,
};

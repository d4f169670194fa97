//! Messages and changes: the log of a conversation.

pub mod row;

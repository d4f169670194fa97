//! What people do, and what they see.

mod chat;
mod groups;
mod live;
mod offline;

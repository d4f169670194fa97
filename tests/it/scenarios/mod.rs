//! What people do, and what they see.

mod account;
mod chat;
mod conversations;
mod groups;
mod joining;
mod live;
mod offline;
mod own_state;

//! What people do, and what they see.

mod account;
mod chat;
mod conversations;
pub(crate) mod federated;
mod groups;
mod joining;
mod live;
mod notifications;
mod offline;
mod own_state;

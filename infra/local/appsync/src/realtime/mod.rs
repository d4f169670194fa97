//! Subscriptions: the WebSocket protocol, and the way from a mutation to its subscribers.

mod basic;
mod deliveries;
mod filter;
mod frames;
mod handshake;
mod outbox;
mod project;
mod publish;
mod registry;
mod session;
mod socket;
mod start;

pub(crate) use deliveries::Deliveries;
pub(crate) use handshake::upgrade;
pub(crate) use publish::publish;
pub(crate) use registry::Registry;

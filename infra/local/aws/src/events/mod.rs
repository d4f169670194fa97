//! EventBridge: events matched to functions by rules; and what other services invoke functions with, unattended.
//!
//! An event that was accepted is delivered even if the process is killed in between: what is under way is kept in
//! `services.sqlite`. Order is not promised, as on AWS.

mod archive;
mod bus;
mod delivery;
mod entry;
mod pattern;

#[cfg(test)]
mod tests;

pub use archive::ArchivedEvent;
pub use bus::{Bus, Parts, Routes, Rule, Subscription, Target};
pub use pattern::{Pattern, PatternError};

pub(crate) use delivery::Delivery;
pub(crate) use entry::OwnEvent;

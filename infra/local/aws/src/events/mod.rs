//! EventBridge: events matched to functions by rules.
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
pub use bus::{Bus, Parts, Rule, Target};
pub use pattern::{Pattern, PatternError};

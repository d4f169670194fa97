//! EventBridge: events matched to functions by rules.

mod pattern;

pub use pattern::{Pattern, PatternError};

//! EventBridge: events matched to functions by rules.

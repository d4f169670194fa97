//! What attackers try.

mod cost;
mod cursors;
mod inputs;
mod subscriptions;
mod tokens;

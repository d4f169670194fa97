//! What attackers try.

mod canaries;
mod cost;
mod cursors;
mod inputs;
mod subscriptions;
mod swapped;
mod templates;
mod tokens;

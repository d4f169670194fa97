//! One binary for all integration tests, so that they link once.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on ends")]
#![expect(
    clippy::disallowed_methods,
    reason = "tests live in the real world, with its clock and its environment"
)]

mod authorization;
mod costs;
mod docs;
mod drift;
mod foreign;
mod house;
mod media;
mod messages;
mod operations;
mod reliability;
mod scenarios;
mod search;
mod security;

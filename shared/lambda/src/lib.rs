//! From a Lambda event to a handler and back.
//!
//! A function crate is a sentence: an async `handle(ctx, caller, arguments)` and `field(handle)`.
//! What kind of caller it needs is in its signature, so that a forgotten check does not compile:
//!
//! ```
//! use domain::{Error, id::UserId};
//! use lambda::{Context, Function, SignedIn, field};
//!
//! #[derive(serde::Deserialize)]
//! #[serde(rename_all = "camelCase", deny_unknown_fields)]
//! struct Arguments {
//!     user_id: UserId,
//! }
//!
//! async fn handle(_ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<bool, Error> {
//!     Ok(caller.user_id == arguments.user_id)
//! }
//!
//! pub fn function() -> Function {
//!     field(handle)
//! }
//! ```
//!
//! This crate is the only one that reads the environment, the wall clock and the system's randomness.

mod api;
mod appsync;
mod batch;
mod bus;
mod caller;
mod clients;
mod clock;
mod context;
mod cursor;
mod environment;
mod event;
mod failure;
mod field;
mod function;
mod handler;
mod host;
mod http;
mod invocation;
mod logging;
mod metrics;
mod name;
mod parse;
mod people;
mod randomness;
mod redact;
mod run;
mod selection;
mod signed;
mod stream;
#[cfg(test)]
mod testing;
mod trigger;

pub use api::Api;
pub use batch::batch_field;
pub use bus::{Announcement, Bus};
pub use caller::{Anyone, Caller, Newcomer, Publisher, SignedIn, TERMS_CLAIM, TERMS_PENDING, Viewer};
pub use clock::Clock;
pub use context::Context;
pub use cursor::Cursors;
pub use environment::Environment;
pub use event::{BusEvent, event};
pub use failure::Failure;
pub use field::field;
pub use function::Function;
pub use handler::{EventHandler, FieldHandler};
pub use host::{Host, HostError, SdkOptions};
pub use logging::Lines;
pub use parse::parse;
pub use people::People;
pub use randomness::Randomness;
pub use run::{StartError, run};
pub use stream::{BatchOutcome, Change, Image, StreamRecord, stream, stream_each};
pub use trigger::trigger;

/// Field arguments of a field that has none.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoArguments {}

/// Field arguments of a mutation, which are one `input`.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithInput<T> {
    /// What the caller wants.
    pub input: T,
}

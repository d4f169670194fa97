//! The local cloud: AppSync with subscriptions, Cognito, DynamoDB with streams, EventBridge, mail and push, and the
//! functions, in one process and on one port.
//!
//! It reads the templates, the schema and the resolver scripts that are deployed to AWS, and has no wiring of its own
//! beyond the table of functions. Tests start it in their own process with [`Cloud::start`]; people with `cargo run`.
//!
//! Where things are: `cloud` the order of starting, `wiring` from template to parts, `gateway` what answers on the
//! port, `invoke` how functions run, `control` the JSON under `/_local`, `pages` what people see.

pub mod cli;
mod cloud;
mod config;
mod control;
mod error;
pub mod functions;
mod gateway;
mod invoke;
mod net;
mod options;
pub mod people;
mod settle;
mod wiring;

mod pages;

pub use cloud::Cloud;
pub use config::Endpoints;
pub use error::StartError;
pub use options::{Functions, Options, People, Storage};

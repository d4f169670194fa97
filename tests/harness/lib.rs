//! People and a cloud for them, as values: `alice.sends(&talk, "hello")`, `ear.hears("hello")`.
//!
//! Everything goes over the real protocols: HTTP, WebSocket, Cognito's JSON. A test that only talks uses the
//! [`World::shared`] cloud and people of its own; one that moves the clock, injects faults or counts has a cloud to itself.

#![expect(clippy::expect_used, reason = "a test that cannot go on ends")]

pub mod chat;
pub mod credentials;
pub mod ear;
pub mod house;
pub mod media;
pub mod person;
pub mod reply;
pub mod runtime_api;
pub mod visit;
pub mod world;

pub use credentials::{Answer, Credentials};
pub use ear::Ear;
pub use media::File;
pub use person::Person;
pub use reply::Reply;
pub use runtime_api::RuntimeApi;
pub use world::{Request, World};

//! What SmartChat is, without how it is stored or called.
//!
//! Ids, entities, rules and errors.
//! Nothing here does I/O, awaits, reads a clock or draws a random number: time and ids are arguments.
//! A value of a type in this crate is always legal, because its constructor is the only way to it.

pub mod account;
pub mod conversation;
pub mod error;
pub mod event;
pub mod id;
pub mod media;
pub mod message;
pub mod notification;
pub mod page;
pub mod text;

pub use error::{Error, ErrorKind};

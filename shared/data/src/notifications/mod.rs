//! Devices, and what they are told.

mod audience;
mod devices;
mod pushed;
mod unread;

pub use audience::{Addressee, PushScene};
pub use devices::{Endpoint, Registered, Removed};
pub use pushed::Claimed;

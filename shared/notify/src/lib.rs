//! What is told to devices: words, payloads for each platform, and the way to them through SNS.
//!
//! Words and payloads are pure; [`Pushes`] is the only part that calls AWS.

mod clip;
mod payload;
mod pushes;
mod words;

pub use payload::{MAX_PAYLOAD, Note, Payload, payload};
pub use pushes::{Delivery, Pushes};
pub use words::{Said, body, title};

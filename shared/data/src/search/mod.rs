//! Searching: the blocks of words that are kept of messages, and what is found with them.

mod block;
mod everything;
mod hunt;
mod read;

pub use everything::Everything;
pub use hunt::{Hit, SearchPage};

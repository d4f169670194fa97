//! What searching messages means, without how anything is stored or called.
//!
//! A message becomes a [`Document`]: its words in one spelling (`fold.rs`), who sent it, when, and what is in it.
//! What a person types becomes a [`Query`], and for that person a [`Filter`], which a document meets or does not.
//! Documents of a conversation are kept together in [`Block`]s of [`BLOCK`] messages, which is the whole index: a filter
//! is held against the documents, newest first ([`Walk`]), so that what is found does not depend on what was indexed.

mod block;
#[cfg(test)]
mod corpus;
mod document;
mod filter;
mod fold;
mod query;
mod snippet;
mod token;
mod walk;
mod zone;

pub use block::{BLOCK, Block, Entry, MAX_PACKED, Unreadable, block_of, fills_block, first_of, last_of};
pub use document::{Document, Trait};
pub use filter::Filter;
pub use query::{Query, Sender};
pub use snippet::{Snippet, Span};
pub use walk::{Candidate, Place, Position, Source, Walk};

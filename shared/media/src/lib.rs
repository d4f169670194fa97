//! The bucket: signed forms to upload with, signed links to download by, and what functions do with objects.
//!
//! An upload goes to `uploads/<owner>/<attachment>`, where nobody can read it. What was looked at and found good lies at
//! `media/<attachment>/original`, with a small picture beside it, and is never written again: what is posted to an
//! upload's place later is not what anybody gets.
//! Signing is arithmetic with the function's own credentials: no call is made, and what a form or a link allows ends
//! with the function's rights.

mod bucket;
mod disposition;
mod form;
mod link;
mod objects;
mod place;
mod signing;

pub use bucket::Bucket;
pub use objects::{Objects, Stored};
pub use place::{Place, UploadPlace};

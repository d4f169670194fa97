//! Signature Version 4: who signed a request, checked by computing the signature again.
//!
//! What is checked: key, session token and its end, service, date (five minutes either way), signed headers (`host`
//! among them), body. Any region is accepted. Only the `Authorization` header is read; S3 alone takes signatures in the
//! query and in forms, too.

mod authorization;
mod canonical;
mod keys;
mod objects;
mod presigned;
mod verifier;

pub use verifier::Verifier;

pub(crate) use objects::{Refusal, SignedPolicy};

//! Signature Version 4: who signed a request, checked by computing the signature again.
//!
//! What is checked: key, session token and its end, service, date (five minutes either way), signed headers (`host`
//! among them), body. Any region is accepted. Only the `Authorization` header is read, no signature in the query.

mod authorization;
mod canonical;
mod keys;
mod verifier;

pub use verifier::Verifier;

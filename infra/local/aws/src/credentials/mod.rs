//! Access keys and whom they stand for.
//!
//! Temporary credentials carry their principal and their end inside the session token, sealed with the store's key:
//! nothing grows with their number, and those that a browser holds are still good after a restart.

mod seal;
mod store;
mod token;

pub use store::{CredentialStore, Credentials, DEVELOPER_ACCESS_KEY, DEVELOPER_SECRET_KEY};

pub(crate) use seal::{hmac_sha256, is_genuine};

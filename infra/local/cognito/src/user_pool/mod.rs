//! What people do about themselves. None of it is signed: a password, a code or an access token is the proof.

pub(crate) mod account;
pub(crate) mod attributes;
pub(crate) mod challenge;
pub(crate) mod mfa;
pub(crate) mod passwords;
pub(crate) mod refresh;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod sign_up;

use crate::store::attempts::Limit;

/// Wrong codes per person and purpose; AWS says "between 5 and 20".
pub(crate) const CODE_TRIES: Limit = Limit::PerHour(5);
/// Codes mailed per person; AWS says "between 5 and 20".
pub(crate) const CODES_SENT: Limit = Limit::PerHour(20);

//! Signed tokens: the keys, what the tokens say, and who believes them.

pub(crate) mod claims;
pub(crate) mod issue;
pub(crate) mod keys;
pub(crate) mod overrides;
pub(crate) mod verify;

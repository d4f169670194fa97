//! What the parts of the local cloud share: the clock, the functions, the callers and the journal.
//!
//! Every part takes these as values and none of them knows another part, so that AppSync can be tested
//! without Cognito and both without DynamoDB.

pub mod clock;
pub mod invoke;
pub mod journal;
pub mod principal;
pub mod tables;
pub mod verify;

//! IAM policies: who may do what, and which grants were used.
//!
//! Only what an execution role needs is understood; everything else is refused when the template is read, so that
//! a policy never means less here than in AWS.

mod condition;
mod error;
mod pattern;
mod policies;
mod statement;

pub use condition::{Condition, ConditionKey, Quantifier, RequestContext, Test};
pub use error::PolicyError;
pub use policies::{Grant, Policies, Role};
pub use statement::{Effect, Statement};

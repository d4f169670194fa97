//! Why a policy is refused.

/// A policy says something that is wrong, or that is not understood here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A part is missing or of the wrong type.
    #[error("{0}")]
    Malformed(String),
    /// IAM knows it, the local cloud does not: rather refused than ignored.
    #[error("not supported by the local cloud: {0}")]
    Unsupported(String),
}

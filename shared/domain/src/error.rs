//! The closed list of errors.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The `errorType` that a client sees. There are no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ErrorKind {
    /// The request is malformed or breaks a limit of form; the same request can never succeed.
    BadRequest,
    /// Nobody is signed in, or not in the way that this field needs.
    Unauthenticated,
    /// The caller may see the thing but not do this to it.
    Forbidden,
    /// The thing does not exist, or the caller may not know that it does.
    NotFound,
    /// The same id was used before with other content, or somebody else was faster.
    Conflict,
    /// A limit of the product is reached, such as the 1,025th member.
    LimitExceeded,
    /// Too many requests; the same request can succeed later.
    RateLimited,
    /// A dependency is slow or away; the same request can succeed at once.
    Unavailable,
    /// A bug of ours.
    Internal,
}

impl ErrorKind {
    /// All kinds, in the order of the documentation.
    pub const ALL: [ErrorKind; 9] = [
        ErrorKind::BadRequest,
        ErrorKind::Unauthenticated,
        ErrorKind::Forbidden,
        ErrorKind::NotFound,
        ErrorKind::Conflict,
        ErrorKind::LimitExceeded,
        ErrorKind::RateLimited,
        ErrorKind::Unavailable,
        ErrorKind::Internal,
    ];

    /// The name as it goes over the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            ErrorKind::BadRequest => "BadRequest",
            ErrorKind::Unauthenticated => "Unauthenticated",
            ErrorKind::Forbidden => "Forbidden",
            ErrorKind::NotFound => "NotFound",
            ErrorKind::Conflict => "Conflict",
            ErrorKind::LimitExceeded => "LimitExceeded",
            ErrorKind::RateLimited => "RateLimited",
            ErrorKind::Unavailable => "Unavailable",
            ErrorKind::Internal => "Internal",
        }
    }

    /// Whether a client should send the same request again.
    pub const fn is_retryable(self) -> bool {
        matches!(self, ErrorKind::RateLimited | ErrorKind::Unavailable)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An error with words for the client and, apart from them, words for the log.
///
/// `Display` gives the outer words only, so that the inner ones cannot reach a client by accident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: Cow<'static, str>,
    inner: Option<String>,
}

impl Error {
    /// An error of any kind with words for the client: a lower-case fragment that says what to do.
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Error { kind, message: message.into(), inner: None }
    }

    /// The request is malformed.
    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Error::new(ErrorKind::BadRequest, message)
    }

    /// Nobody is signed in.
    pub fn unauthenticated() -> Self {
        Error::new(ErrorKind::Unauthenticated, "sign in first")
    }

    /// The caller may not do this.
    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Error::new(ErrorKind::Forbidden, message)
    }

    /// Not there, or hidden: the words are the same for both, whatever the thing is.
    pub fn not_found() -> Self {
        Error::new(ErrorKind::NotFound, "not found")
    }

    /// The same id with other content, or a lost race.
    pub fn conflict(message: impl Into<Cow<'static, str>>) -> Self {
        Error::new(ErrorKind::Conflict, message)
    }

    /// A limit of the product is reached.
    pub fn limit_exceeded(message: impl Into<Cow<'static, str>>) -> Self {
        Error::new(ErrorKind::LimitExceeded, message)
    }

    /// A dependency is slow or away. The inner words say which and why.
    pub fn unavailable(inner: impl Into<String>) -> Self {
        Error::new(ErrorKind::Unavailable, "try again in a moment").with_inner(inner)
    }

    /// A bug of ours. The inner words say where.
    pub fn internal(inner: impl Into<String>) -> Self {
        Error::new(ErrorKind::Internal, "something went wrong on our side").with_inner(inner)
    }

    /// Adds words for the log; no text of messages, tokens or addresses of people.
    #[must_use]
    pub fn with_inner(mut self, inner: impl Into<String>) -> Self {
        self.inner = Some(inner.into());
        self
    }

    /// The kind.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The words for the client.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The words for the log.
    pub fn inner(&self) -> Option<&str> {
        self.inner.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inner_words_are_not_displayed() {
        let error = Error::internal("row C#1 has no seq");
        assert!(!error.to_string().contains("seq"));
        assert_eq!(error.inner(), Some("row C#1 has no seq"));
    }

    #[test]
    fn names_on_the_wire_are_the_variants() {
        for kind in ErrorKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}

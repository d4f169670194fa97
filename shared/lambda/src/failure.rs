//! Errors as AWS sees them.

use domain::{Error, ErrorKind};
use lambda_runtime::Diagnostic;
use serde::Serialize;

/// An error on its way out: `errorType` and `errorMessage` of a Lambda answer.
///
/// It holds outer words only; the inner ones went to the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error("{error_type}: {error_message}")]
pub struct Failure {
    /// One of the names of [`ErrorKind`].
    pub error_type: String,
    /// Words for the client.
    pub error_message: String,
}

impl Failure {
    /// What the client may know of an error; of a bug that is only the id to quote.
    pub(crate) fn new(error: &Error, request_id: &str) -> Self {
        let error_message = match error.kind() {
            ErrorKind::Internal => {
                format!("something went wrong on our side, please quote request {request_id}")
            }
            _ => error.message().to_owned(),
        };
        Failure { error_type: error.kind().to_string(), error_message }
    }
}

impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        Diagnostic { error_type: failure.error_type, error_message: failure.error_message }
    }
}

/// Writes the error of one item to the log; that of an invocation is in the invocation's own line.
///
/// What callers did wrong is theirs to know. The outer words stay out: they may quote what somebody typed.
pub(crate) fn log(error: &Error) {
    let kind = error.kind().as_str();
    let inner = error.inner().unwrap_or_default();
    match error.kind() {
        ErrorKind::Internal => tracing::error!(kind, inner, "an item failed"),
        ErrorKind::Unavailable => tracing::warn!(kind, inner, "an item failed"),
        _ => tracing::debug!(kind, inner, "an item was refused"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bug_says_nothing_but_the_request() {
        let failure = Failure::new(&Error::internal("row U#1 has no name"), "r-1");
        assert_eq!(failure.error_type, "Internal");
        assert_eq!(failure.error_message, "something went wrong on our side, please quote request r-1");
    }

    #[test]
    fn type_and_words_reach_the_wire_as_lambda_writes_them() {
        let failure = Failure::new(&Error::not_found().with_inner("secret"), "r-1");
        let diagnostic = Diagnostic::from(failure);
        let json = serde_json::to_value(diagnostic).unwrap();
        assert_eq!(json, serde_json::json!({"errorType": "NotFound", "errorMessage": "not found"}));
    }
}

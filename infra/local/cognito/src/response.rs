//! Answers and errors on the wire.

use std::borrow::Cow;

use axum::response::IntoResponse;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::random;

/// What Cognito answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// 200, 400, or 500 for a fault of the pools themselves.
    pub status: u16,
    /// The body.
    pub json: Value,
    /// The error's name, for the header `x-amzn-errortype`; none when all went well.
    pub errortype: Option<String>,
}

impl Response {
    pub(crate) fn of(outcome: Result<Value, Failure>) -> Self {
        match outcome {
            Ok(json) => Response { status: 200, json, errortype: None },
            Err(failure) => Response {
                status: if failure.code == INTERNAL { 500 } else { 400 },
                json: json!({ "__type": failure.code, "message": failure.message }),
                errortype: Some(failure.code.to_owned()),
            },
        }
    }
}

impl IntoResponse for Response {
    fn into_response(self) -> axum::response::Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let content_type = HeaderValue::from_static("application/x-amz-json-1.1");
        let mut response =
            (status, [(header::CONTENT_TYPE, content_type)], self.json.to_string()).into_response();
        let headers = response.headers_mut();
        if let Some(id) = header_value(random::uuid()) {
            headers.insert(HeaderName::from_static("x-amzn-requestid"), id);
        }
        let error = self.errortype.and_then(|name| HeaderValue::from_str(&format!("{name}:")).ok());
        if let Some(error) = error {
            headers.insert(HeaderName::from_static("x-amzn-errortype"), error);
        }
        response
    }
}

fn header_value(text: Result<String, Failure>) -> Option<HeaderValue> {
    HeaderValue::from_str(&text.ok()?).ok()
}

const INTERNAL: &str = "InternalErrorException";

/// An error in Cognito's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub(crate) struct Failure {
    pub(crate) code: &'static str,
    pub(crate) message: Cow<'static, str>,
}

impl Failure {
    pub(crate) fn new(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Failure { code, message: message.into() }
    }

    pub(crate) fn invalid_parameter(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    pub(crate) fn not_authorized(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("NotAuthorizedException", message)
    }

    pub(crate) fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("ResourceNotFoundException", message)
    }

    /// The one answer for a wrong password and, where existence is hidden, for an unknown person.
    pub(crate) fn bad_credentials() -> Self {
        Self::not_authorized("Incorrect username or password.")
    }

    pub(crate) fn user_not_found() -> Self {
        Self::new("UserNotFoundException", "User does not exist.")
    }

    pub(crate) fn code_mismatch() -> Self {
        Self::new("CodeMismatchException", "Invalid verification code provided, please try again.")
    }

    pub(crate) fn code_expired() -> Self {
        Self::new("ExpiredCodeException", "Invalid code provided, please request a code again.")
    }

    pub(crate) fn limit_exceeded() -> Self {
        Self::new("LimitExceededException", "Attempt limit exceeded, please try after some time.")
    }

    pub(crate) fn invalid_session() -> Self {
        Self::not_authorized("Invalid session for the user.")
    }

    /// A required member is absent; the words are those of AWS's request validation.
    pub(crate) fn missing_member(name: &str) -> Self {
        let mut letters = name.chars();
        let name: String =
            letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect();
        Self::invalid_parameter(format!(
            "1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null"
        ))
    }

    /// Our own fault. The cause is logged here, because the client must not see it.
    pub(crate) fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "cognito failed");
        Self::new(INTERNAL, "Something went wrong")
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(cause: rusqlite::Error) -> Self {
        Failure::internal(cause)
    }
}

impl From<tokio::task::JoinError> for Failure {
    fn from(cause: tokio::task::JoinError) -> Self {
        Failure::internal(cause)
    }
}

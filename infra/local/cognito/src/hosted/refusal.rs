//! Visits that cannot go on.

use axum::response::{IntoResponse, Response};

use super::flow::write;
use super::redirect;
use crate::response::Failure;

/// How a visit ends early.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Whose app it is is not certain, so that a page of our own shows the error.
    Shown(&'static str),
    /// The app is told, at this address.
    Told(String),
}

impl From<Failure> for Refusal {
    fn from(_: Failure) -> Self {
        Refusal::Shown("server_error")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Refusal::Shown(error) => redirect(&format!("/error?{}", write([("error", error)]))),
            Refusal::Told(location) => redirect(&location),
        }
    }
}

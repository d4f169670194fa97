//! Answers with AppSync's headers.

use std::io::Write as _;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response as HttpResponse;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use crate::execute::Response;
use crate::http::cors::EXPOSED;

/// Answers of these lengths are compressed for clients that ask for it, in bytes.
const COMPRESSED: std::ops::RangeInclusive<usize> = 1_000..=10_000_000;

/// An answer about to be sent.
pub(super) struct Answer<'a> {
    pub(super) request_id: &'a str,
    /// Those of the request.
    pub(super) headers: &'a HeaderMap,
}

impl Answer<'_> {
    /// The answer to an operation, whether it went well or not.
    pub(super) fn of(&self, response: &Response) -> HttpResponse {
        let body = match serde_json::to_vec(response) {
            Ok(body) => body,
            Err(error) => {
                tracing::error!(%error, "an answer is no JSON");
                return self.error(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "InternalFailure",
                    "An internal failure.",
                );
            }
        };
        let mut answer = self.send(StatusCode::OK, body);
        for (name, value) in &response.headers {
            match (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.as_str())) {
                (Ok(name), Ok(value)) => drop(answer.headers_mut().insert(name, value)),
                _ => tracing::warn!(name, "a script added what is no header"),
            }
        }
        answer
    }

    /// A refusal before anything ran.
    pub(super) fn error(&self, status: StatusCode, error_type: &'static str, message: &str) -> HttpResponse {
        let body = json!({"errors": [{"errorType": error_type, "message": message}]});
        let mut answer = self.send(status, body.to_string().into_bytes());
        answer.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(error_type));
        answer
    }

    fn send(&self, status: StatusCode, body: Vec<u8>) -> HttpResponse {
        let (body, is_compressed) = self.compress(body);
        let mut answer = HttpResponse::new(Body::from(body));
        *answer.status_mut() = status;
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json;charset=UTF-8"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
        headers.insert("x-amzn-appsync-tokensconsumed", HeaderValue::from_static("1"));
        if let Ok(request_id) = HeaderValue::try_from(self.request_id) {
            headers.insert("x-amzn-requestid", request_id);
        }
        if is_compressed {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        }
        answer
    }

    fn compress(&self, body: Vec<u8>) -> (Vec<u8>, bool) {
        let accepted = self.headers.get_all(header::ACCEPT_ENCODING).iter();
        let asked = accepted.filter_map(|value| value.to_str().ok()).any(|value| value.contains("gzip"));
        if !asked || !COMPRESSED.contains(&body.len()) {
            return (body, false);
        }
        let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
        match encoder.write_all(&body).and_then(|()| encoder.finish()) {
            Ok(compressed) => (compressed, true),
            Err(error) => {
                tracing::warn!(%error, "an answer could not be compressed");
                (body, false)
            }
        }
    }
}

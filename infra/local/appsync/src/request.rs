//! What all resolvers of one request share.

use std::time::Duration;

use axum::http::{HeaderMap, header};
use serde_json::{Map, Value};
use tokio::time::Instant;

use crate::auth::Caller;

/// How long a request may take.
pub(crate) const LONGEST_REQUEST: Duration = Duration::from_secs(30);

/// Who asks, with what, and until when.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) caller: Caller,
    /// The caller as resolvers see it.
    pub(crate) identity: Value,
    /// The headers as resolvers see them.
    pub(crate) headers: Value,
    /// The variables as the client sent them.
    pub(crate) variables: Value,
    pub(crate) deadline: Instant,
}

/// Headers with lower-case names; one that is repeated becomes a list; cookies are left out.
pub(crate) fn visible_headers(headers: &HeaderMap, request_id: &str) -> Value {
    let mut visible = Map::new();
    for name in headers.keys().filter(|name| *name != header::COOKIE) {
        let texts = headers.get_all(name).iter();
        let mut values: Vec<Value> =
            texts.map(|text| String::from_utf8_lossy(text.as_bytes()).into()).collect();
        let value = if values.len() == 1 { values.remove(0) } else { Value::Array(values) };
        visible.insert(name.as_str().to_owned(), value);
    }
    visible.insert("x-amzn-requestid".to_owned(), request_id.into());
    visible.entry("x-forwarded-for").or_insert_with(|| "127.0.0.1".into());
    Value::Object(visible)
}

/// A random UUID.
pub(crate) fn new_id() -> String {
    let mut bytes = [0; 16];
    if let Err(error) = getrandom::fill(&mut bytes) {
        // Ids of requests only help to read logs; two alike do no harm.
        tracing::warn!(%error, "no randomness");
    }
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_repeated_header_becomes_a_list_and_cookies_go() {
        let mut headers = HeaderMap::new();
        headers.append("X-Tag", HeaderValue::from_static("a"));
        headers.append("x-tag", HeaderValue::from_static("b"));
        headers.insert("Accept", HeaderValue::from_static("*/*"));
        headers.insert("Cookie", HeaderValue::from_static("secret=1"));
        let visible = visible_headers(&headers, "id");
        assert_eq!(visible["x-tag"], json!(["a", "b"]));
        assert_eq!(visible["accept"], "*/*");
        assert_eq!(visible.get("cookie"), None);
    }
}

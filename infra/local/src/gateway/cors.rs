//! Leave for browsers, on every answer, errors too.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

const EXPOSED: HeaderValue = HeaderValue::from_static(
    "x-amzn-errortype, x-amzn-requestid, x-amzn-errormessage, x-amz-user-agent, x-amz-schema-version, date, etag, \
     x-amz-request-id, x-amz-id-2, x-amz-version-id",
);
const METHODS: HeaderValue = HeaderValue::from_static("POST, GET, HEAD, PUT, DELETE, OPTIONS");

/// Answers preflights and lets any page read any answer; nothing here relies on cookies.
pub(crate) async fn allow_browsers(request: Request, next: Next) -> Response {
    let preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    // The wish is echoed, because `*` does not cover `Authorization`.
    let wish = request.headers().get(ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let mut response =
        if preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    put(headers, ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    put(headers, ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    if preflight {
        put(headers, ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        put(headers, ACCESS_CONTROL_ALLOW_HEADERS, wish.unwrap_or(HeaderValue::from_static("*")));
        put(headers, ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        put(
            headers,
            HeaderName::from_static("access-control-allow-private-network"),
            HeaderValue::from_static("true"),
        );
    }
    response
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}

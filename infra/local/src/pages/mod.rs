//! Pages for people. They are files; what they show they fetch from `/_local`.

use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::header::CONTENT_TYPE;

/// The start page, the outbox, the request log and what an operator turns.
pub(crate) fn router() -> Router {
    Router::new()
        .route("/", get(|| async { Html(include_str!("start.html")) }))
        .route("/outbox", get(|| async { Html(include_str!("outbox.html")) }))
        .route("/requests", get(|| async { Html(include_str!("requests.html")) }))
        .route("/operate", get(|| async { Html(include_str!("operate.html")) }))
        .route("/style.css", get(|| async { file("text/css", include_str!("style.css")) }))
        .route("/page.js", get(|| async { file("text/javascript", include_str!("page.js")) }))
}

fn file(media_type: &'static str, text: &'static str) -> Response {
    ([(CONTENT_TYPE, media_type)], text).into_response()
}

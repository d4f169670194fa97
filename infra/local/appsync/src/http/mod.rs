//! GraphQL over HTTP.

mod answer;
mod cors;
mod graphql;
pub(crate) mod payload;

use std::sync::Arc;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::{get, post};
use bytes::Bytes;

use crate::engine::Engine;
use crate::http::graphql::Incoming;
use crate::realtime;

/// How long a body may be, in bytes.
const LONGEST_BODY: usize = 6 * 1024 * 1024;

/// The routes of an API.
pub(crate) fn router(engine: Arc<Engine>) -> Router {
    Router::new()
        .route("/graphql", post(execute).get(fetch).options(cors::preflight))
        .route("/graphql/realtime", get(connect).options(cors::preflight))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .with_state(engine)
}

async fn execute(State(engine): State<Arc<Engine>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let payload = payload::Payload::read(&body);
    let incoming = Incoming { method: "POST", uri: &uri, headers: &headers, body: &body };
    graphql::execute(&engine, incoming, payload).await
}

async fn fetch(
    State(engine): State<Arc<Engine>>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if let Ok(upgrade) = upgrade {
        return realtime::upgrade(engine, upgrade, uri, headers).await;
    }
    let payload = payload::Payload::read_query(uri.query().unwrap_or_default());
    let incoming = Incoming { method: "GET", uri: &uri, headers: &headers, body: &[] };
    graphql::execute(&engine, incoming, payload).await
}

async fn connect(
    State(engine): State<Arc<Engine>>,
    upgrade: WebSocketUpgrade,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    realtime::upgrade(engine, upgrade, uri, headers).await
}

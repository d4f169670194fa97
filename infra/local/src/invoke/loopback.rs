//! The way of a function in this process to the services: HTTP without a socket.

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderValue, Request, header};
use tokio::sync::SetOnce;
use tower::ServiceExt as _;

/// Carries the SDK's requests, signed and serialised as for a network, straight into the router of the services.
#[derive(Debug, Clone, Default)]
pub(crate) struct Loopback {
    router: Arc<SetOnce<Router>>,
}

impl Loopback {
    /// Names the router, once: functions exist before the services that they call, and wait for them.
    pub(crate) fn connect(&self, router: Router) {
        if self.router.set(router).is_err() {
            tracing::warn!("the loopback is connected already");
        }
    }

    /// For the configuration of an SDK client.
    pub(crate) fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(self.clone())
    }

    async fn carry(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let router = self.router.wait().await.clone();
        let response = router.oneshot(into_axum(request)?).await.map_err(other)?;
        // The gate's sign that the answer got lost on the way.
        if response.status() == http::StatusCode::GATEWAY_TIMEOUT {
            return Err(ConnectorError::timeout("the answer was lost".into()));
        }
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.map_err(other)?;
        HttpResponse::try_from(http::Response::from_parts(parts, SdkBody::from(body))).map_err(other)
    }
}

impl HttpConnector for Loopback {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().carry(request))
    }
}

impl HttpClient for Loopback {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// As a server would see it: with a `Host` header, which signatures cover.
fn into_axum(request: HttpRequest) -> Result<Request<Body>, ConnectorError> {
    let request = request.try_into_http1x().map_err(other)?;
    let (mut parts, body) = request.into_parts();
    let body =
        body.bytes().map(Bytes::copy_from_slice).ok_or_else(|| other("streaming bodies are not carried"))?;
    if !parts.headers.contains_key(header::HOST) {
        let host = parts.uri.authority().map(|authority| HeaderValue::from_str(authority.as_str()));
        let host = host.ok_or_else(|| other("the request names no host"))?.map_err(other)?;
        parts.headers.insert(header::HOST, host);
    }
    Ok(Request::from_parts(parts, Body::from(body)))
}

fn other(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ConnectorError {
    ConnectorError::other(error.into(), None)
}

//! The way of a function in this process to the services: HTTP without a socket.

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
use http::{HeaderValue, Request, StatusCode, header};
use tokio::sync::watch;
use tower::ServiceExt as _;

/// Carries the SDK's requests, signed and serialised as for a network, straight into the router of the services.
///
/// Functions exist before the services that they call: until [`Loopback::connect`], requests wait.
#[derive(Debug, Clone, Default)]
pub(crate) struct Loopback {
    way: watch::Sender<Way>,
}

#[derive(Debug, Default)]
enum Way {
    #[default]
    NotYet,
    Open(Router),
    Closed,
}

impl Loopback {
    /// Opens the way to a router.
    pub(crate) fn connect(&self, router: Router) {
        self.way.send_replace(Way::Open(router));
    }

    /// Closes the way and lets go of the router.
    pub(crate) fn close(&self) {
        self.way.send_replace(Way::Closed);
    }

    /// For the configuration of an SDK client.
    pub(crate) fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(self.clone())
    }

    async fn router(&self) -> Result<Router, ConnectorError> {
        let mut way = self.way.subscribe();
        match &*way.wait_for(|way| !matches!(way, Way::NotYet)).await.map_err(other)? {
            Way::Open(router) => Ok(router.clone()),
            Way::NotYet | Way::Closed => Err(other("the local cloud is shut down")),
        }
    }

    async fn carry(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let router = self.router().await?;
        let response = router.oneshot(into_axum(request)?).await.map_err(other)?;
        // The gate's sign that the answer got lost on the way.
        if response.status() == StatusCode::GATEWAY_TIMEOUT {
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
    let body = match body.bytes() {
        Some(bytes) => Body::from(Bytes::copy_from_slice(bytes)),
        None => Body::new(body),
    };
    if !parts.headers.contains_key(header::HOST) {
        let host = parts.uri.authority().map(|authority| HeaderValue::from_str(authority.as_str()));
        let host = host.ok_or_else(|| other("the request names no host"))?.map_err(other)?;
        parts.headers.insert(header::HOST, host);
    }
    Ok(Request::from_parts(parts, body))
}

fn other(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ConnectorError {
    ConnectorError::other(error.into(), None)
}

#[cfg(test)]
mod tests {
    use axum::routing::post;

    use super::*;

    fn request(uri: &str) -> HttpRequest {
        let request = http::Request::post(uri).body(SdkBody::from("body")).unwrap();
        HttpRequest::try_from(request).unwrap()
    }

    #[tokio::test]
    async fn a_request_waits_for_the_services_and_names_its_host() {
        let loopback = Loopback::default();
        let early = tokio::spawn(loopback.clone().carry(request("http://localhost:4000/echo")));
        tokio::task::yield_now().await;
        let echo = |headers: http::HeaderMap, body: String| async move {
            format!("{} {body}", headers["host"].to_str().unwrap_or_default())
        };
        loopback.connect(Router::new().route("/echo", post(echo)));
        let answer = early.await.unwrap().unwrap();
        assert_eq!(answer.body().bytes().unwrap(), b"localhost:4000 body");
    }

    #[tokio::test]
    async fn a_lost_answer_is_a_time_out() {
        let loopback = Loopback::default();
        loopback.connect(Router::new().fallback(|| async { StatusCode::GATEWAY_TIMEOUT }));
        let error = loopback.carry(request("http://localhost:4000/")).await.unwrap_err();
        assert!(error.is_timeout());
    }

    #[tokio::test]
    async fn after_the_end_nothing_is_reached() {
        let loopback = Loopback::default();
        loopback.connect(Router::new());
        loopback.close();
        assert!(loopback.carry(request("http://localhost:4000/")).await.is_err());
    }
}

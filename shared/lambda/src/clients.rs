//! How functions talk to AWS.

use std::time::Duration;

use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use http::Uri;

use crate::http::Http;

/// The roots that every endpoint of AWS chains to (<https://www.amazontrust.com/repository/>).
const AMAZON_ROOTS: &str = include_str!("../amazon-roots.crt");

/// Shorter than any function's own limit, so that a slow dependency is an `Unavailable` and not a killed function.
pub(crate) fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(3))
        .operation_timeout(Duration::from_secs(8))
        .build()
}

/// Three attempts with jitter, beginning at 25 ms: DynamoDB's throttles pass quickly.
pub(crate) fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(3).with_initial_backoff(Duration::from_millis(25))
}

/// TLS by ring.
///
/// Reading the system's 140 certificates costs more than the rest of a function's start, so that only Amazon's are
/// trusted, unless another endpoint is configured.
pub(crate) fn http_client(
    other_endpoint: Option<&str>,
) -> Result<SharedHttpClient, aws_smithy_http_client::HttpClientError> {
    let roots = match other_endpoint {
        Some(_) => TrustStore::default(),
        None => TrustStore::empty().with_pem_certificate(AMAZON_ROOTS.as_bytes()),
    };
    let tls = TlsContext::builder().with_trust_store(roots).build()?;
    Ok(Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(tls).build_https())
}

/// Opens the connection to DynamoDB while the function still starts, when the processor is fast and free.
///
/// Only the first call would be slower without it, so that a failure does not matter.
pub(crate) async fn warm(sdk: &SdkConfig, other_endpoint: Option<&str>) {
    let (Some(region), Some(client), None) = (sdk.region(), sdk.http_client(), other_endpoint) else {
        return;
    };
    let Ok(address) = format!("https://dynamodb.{region}.amazonaws.com/ping").parse::<Uri>() else { return };
    let Some(http) = Http::new(client, &address, timeouts()) else { return };
    let Ok(request) = http::Request::get(address).body(SdkBody::empty()) else { return };
    let Ok(request) = HttpRequest::try_from(request) else { return };
    if let Err(error) = http.send(request).await {
        tracing::debug!(?error, "the connection could not be warmed");
    }
}

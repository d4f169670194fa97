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
use futures::future::join_all;
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

/// Opens the connections to these addresses while the function still starts, when the processor is fast and free.
///
/// The clients find them open, because they share the pool. Only the first calls would be slower without it, so that a
/// failure does not matter.
pub(crate) async fn warm(sdk: &SdkConfig, addresses: Vec<Uri>) {
    let Some(client) = sdk.http_client() else { return };
    join_all(addresses.iter().map(|address| open(client.clone(), address))).await;
}

/// Whatever is answered, the connection is there then.
async fn open(client: SharedHttpClient, address: &Uri) {
    let Some(http) = Http::new(client, address, timeouts()) else { return };
    let Ok(request) = http::Request::get(address).body(SdkBody::empty()) else { return };
    let Ok(request) = HttpRequest::try_from(request) else { return };
    if let Err(error) = http.send(request).await {
        tracing::debug!(?error, "the connection could not be warmed");
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use aws_credential_types::Credentials;

    use super::*;
    use crate::clock::Clock;
    use crate::host::SdkOptions;

    /// A server that answers everything with an empty object, and counts connections.
    fn server() -> (String, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                count.fetch_add(1, Ordering::SeqCst);
                let mut stream = stream.unwrap();
                std::thread::spawn(move || {
                    let mut request = [0; 8192];
                    while stream.read(&mut request).is_ok_and(|length| length > 0) {
                        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").unwrap();
                    }
                });
            }
        });
        (address, connections)
    }

    #[tokio::test]
    async fn the_first_call_finds_the_connection_open() {
        let (address, connections) = server();
        let options = SdkOptions {
            credentials: Credentials::from_keys("key", "secret", None),
            region: "us-east-1".to_owned(),
            endpoint: Some(address.clone()),
            http_client: http_client(Some(&address)).unwrap(),
            clock: Clock::system(),
        };
        let sdk = options.config();
        warm(&sdk, vec![format!("{address}/ping").parse().unwrap()]).await;
        assert_eq!(connections.load(Ordering::SeqCst), 1);
        let client = aws_sdk_dynamodb::Client::new(&sdk);
        client.list_tables().send().await.unwrap();
        assert_eq!(connections.load(Ordering::SeqCst), 1, "no second one was opened");
    }

    #[test]
    fn the_trusted_roots_are_amazons_five() {
        assert_eq!(AMAZON_ROOTS.matches("BEGIN CERTIFICATE").count(), 5);
        assert!(http_client(None).is_ok());
    }
}

//! One HTTP request that no SDK knows, over the connections and timeouts of the SDK.

use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::timeout::TimeoutConfig;
use bytes::Bytes;
use http::Uri;

/// Sends requests as they are: nothing is signed, nothing retried.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    operation: Operation<HttpRequest, Reply, Never>,
}

/// An answer of any status.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
}

/// An answer is never an error here.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Never {}

impl Http {
    /// For requests to the host of this address; none if the address names no host. Its path does not count:
    /// the requests bring their own.
    pub(crate) fn new(client: SharedHttpClient, address: &Uri, timeouts: TimeoutConfig) -> Option<Self> {
        let host = format!("{}://{}", address.scheme_str()?, address.authority()?);
        let operation = Operation::builder()
            .service_name("http")
            .operation_name("send")
            .http_client(client)
            .endpoint_url(&host)
            .no_auth()
            .no_retry()
            .timeout_config(timeouts)
            .sleep_impl(TokioSleep::new())
            .serializer(|request: HttpRequest| Ok(request))
            .deserializer(|response: &HttpResponse| Ok::<_, OrchestratorError<Never>>(reply(response)))
            .build();
        Some(Http { operation })
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn send(&self, request: HttpRequest) -> Result<Reply, SdkError<Never, HttpResponse>> {
        self.operation.invoke(request).await
    }
}

fn reply(response: &HttpResponse) -> Reply {
    let body = response.body().bytes().map(Bytes::copy_from_slice).unwrap_or_default();
    Reply { status: response.status().as_u16(), body }
}

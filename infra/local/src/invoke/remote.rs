//! Functions behind the Lambda API of `cargo lambda watch`.

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Request, Uri, header};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use local_core::invoke::{InvokeError, Invoker};
use serde::Deserialize;
use serde_json::Value;

/// Posts events to `{url}/2015-03-31/functions/{name}/invocations`.
pub(crate) struct Remote {
    url: String,
    client: Client<HttpConnector, Full<Bytes>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FunctionError {
    error_type: String,
    #[serde(default)]
    error_message: String,
}

impl Remote {
    /// Functions behind a base URL, without TLS.
    pub(crate) fn new(url: &str) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Remote { url: url.trim_end_matches('/').to_owned(), client }
    }

    async fn post(&self, name: &str, event: Value) -> Result<Value, InvokeError> {
        let unavailable = |reason: String| InvokeError::Unavailable(format!("{name}: {reason}"));
        let uri: Uri = format!("{}/2015-03-31/functions/{name}/invocations", self.url)
            .parse()
            .map_err(|error: http::uri::InvalidUri| unavailable(error.to_string()))?;
        let request = Request::post(uri)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(event.to_string())))
            .map_err(|error| unavailable(error.to_string()))?;
        let response = self.client.request(request).await.map_err(|error| unavailable(error.to_string()))?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(|error| unavailable(error.to_string()))?.to_bytes();
        let failed = parts.headers.contains_key("x-amz-function-error") || !parts.status.is_success();
        match serde_json::from_slice::<FunctionError>(&body) {
            Ok(FunctionError { error_type, error_message }) if failed => {
                Err(InvokeError::Function { error_type, message: error_message })
            }
            _ if failed => Err(unavailable(format!("status {}", parts.status))),
            _ => serde_json::from_slice(&body).map_err(|error| unavailable(error.to_string())),
        }
    }
}

impl Invoker for Remote {
    fn invoke<'a>(&'a self, function: &'a str, event: Value) -> BoxFuture<'a, Result<Value, InvokeError>> {
        Box::pin(self.post(function, event))
    }
}

//! Functions behind the Lambda API of `cargo lambda watch` or `sam local start-lambda`.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Request, StatusCode, Uri, header};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use local_aws::template::Deployment;
use local_core::invoke::{InvokeError, Invoker};
use serde::Deserialize;
use serde_json::Value;

/// The longest that Lambda lets a function run. A function's own limit would not leave its first build any time.
const PATIENCE: Duration = Duration::from_secs(900);

/// Posts events to `{url}/2015-03-31/functions/{name}/invocations`.
pub(crate) struct Remote {
    url: String,
    /// What the other side calls a function, by our name for it.
    names: BTreeMap<String, String>,
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
    /// The functions of a deployment behind a base URL, without TLS.
    pub(crate) fn new(url: &str, deployment: &Deployment) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        let names = deployment.functions.iter();
        let names = names.map(|function| (function.name.clone(), function.invoked_as.clone()));
        Remote { url: url.trim_end_matches('/').to_owned(), names: names.collect(), client }
    }

    async fn run(&self, function: &str, event: Value) -> Result<Value, InvokeError> {
        match tokio::time::timeout(PATIENCE, self.post(function, event)).await {
            Ok(answer) => answer,
            Err(_) => Err(InvokeError::TimedOut { seconds: PATIENCE.as_secs() }),
        }
    }

    async fn post(&self, function: &str, event: Value) -> Result<Value, InvokeError> {
        let name = self.names.get(function).map_or(function, String::as_str);
        let uri: Uri = format!("{}/2015-03-31/functions/{name}/invocations", self.url)
            .parse()
            .map_err(|error: http::uri::InvalidUri| self.unavailable(name, &error.to_string()))?;
        let request = Request::post(uri)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(event.to_string())))
            .map_err(|error| self.unavailable(name, &error.to_string()))?;
        let response = self.client.request(request).await;
        let response = response.map_err(|_| self.nobody_answers(name))?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await;
        let body = body.map_err(|error| self.unavailable(name, &error.to_string()))?.to_bytes();
        if parts.status == StatusCode::NOT_FOUND {
            return Err(self.unknown(name));
        }
        let failed = parts.headers.contains_key("x-amz-function-error") || !parts.status.is_success();
        match serde_json::from_slice::<FunctionError>(&body) {
            Ok(FunctionError { error_type, error_message }) if failed => {
                Err(InvokeError::Function { error_type, message: error_message })
            }
            _ if failed => Err(self.unavailable(name, &format!("status {}", parts.status))),
            _ => serde_json::from_slice(&body).map_err(|error| self.unavailable(name, &error.to_string())),
        }
    }

    fn nobody_answers(&self, name: &str) -> InvokeError {
        self.unavailable(name, "nobody answers there: start `cargo lambda watch` in the functions' workspace")
    }

    fn unknown(&self, name: &str) -> InvokeError {
        self.unavailable(
            name,
            "no function has this name there: `cargo lambda watch` knows the binaries of its workspace; \
             Metadata.BuildProperties.Binary names the one of a function",
        )
    }

    /// The client and the developer are the same person here, so that both are told what to do.
    fn unavailable(&self, name: &str, reason: &str) -> InvokeError {
        let Remote { url, .. } = self;
        tracing::warn!(function = name, url, reason, "a function could not be invoked");
        InvokeError::Unavailable(format!("{name} at {url}: {reason}"))
    }
}

impl Invoker for Remote {
    fn invoke<'a>(&'a self, function: &'a str, event: Value) -> BoxFuture<'a, Result<Value, InvokeError>> {
        Box::pin(self.run(function, event))
    }
}

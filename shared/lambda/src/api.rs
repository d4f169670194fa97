//! Our own GraphQL API, for functions that publish.

use std::time::SystemTime;

use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use domain::Error;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clients;
use crate::clock::Clock;
use crate::http::{Http, Reply};

/// A GraphQL client that signs with the function's credentials (service `appsync`).
#[derive(Debug, Clone)]
pub struct Api {
    target: Option<Target>,
    clock: Clock,
}

#[derive(Debug, Clone)]
struct Target {
    url: String,
    host: String,
    region: String,
    credentials: SharedCredentialsProvider,
    http: Http,
}

#[derive(Serialize)]
struct Request<'a, V> {
    query: &'a str,
    variables: &'a V,
}

#[derive(Deserialize)]
struct Answer<D> {
    data: Option<D>,
    #[serde(default)]
    errors: Vec<GraphqlError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GraphqlError {
    #[serde(default)]
    error_type: Option<String>,
    #[serde(default)]
    message: String,
}

impl Api {
    pub(crate) fn new(sdk: &SdkConfig, url: Option<&str>, clock: Clock) -> Self {
        Api { target: url.and_then(|url| Target::new(sdk, url)), clock }
    }

    /// Runs a document and gives the answer's `data`.
    ///
    /// Throttling, time-outs and 5xx are `Unavailable`; any error in the answer is `Internal`, because the documents
    /// are ours. Nothing is retried here: a publication is repeated by the stream.
    pub async fn execute<V: Serialize, D: DeserializeOwned>(
        &self,
        query: &str,
        variables: &V,
    ) -> Result<D, Error> {
        let target =
            self.target.as_ref().ok_or_else(|| Error::internal("API_URL is not set or not a URL"))?;
        let body = serde_json::to_vec(&Request { query, variables })
            .map_err(|error| Error::internal(format!("the variables cannot be written: {error}")))?;
        let request = target.signed(body, self.clock.now().into()).await?;
        let sent = target.http.send(request).await;
        read(sent.map_err(|error| Error::unavailable(format!("appsync: {error:?}")))?)
    }
}

impl Target {
    fn new(sdk: &SdkConfig, url: &str) -> Option<Self> {
        let uri: http::Uri = url.parse().ok()?;
        let timeouts = sdk.timeout_config().cloned().unwrap_or_else(clients::timeouts);
        Some(Target {
            url: url.to_owned(),
            host: uri.authority()?.as_str().to_owned(),
            region: sdk.region()?.as_ref().to_owned(),
            credentials: sdk.credentials_provider()?,
            http: Http::new(sdk.http_client()?, &uri, timeouts)?,
        })
    }

    async fn signed(&self, body: Vec<u8>, time: SystemTime) -> Result<HttpRequest, Error> {
        let credentials = self.credentials.provide_credentials().await;
        let identity =
            credentials.map_err(|error| Error::unavailable(format!("credentials: {error}")))?.into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("appsync")
            .time(time)
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| Error::internal(format!("signing: {error}")))?;
        let headers = [("content-type", "application/json"), ("host", self.host.as_str())];
        let signable =
            SignableRequest::new("POST", &self.url, headers.into_iter(), SignableBody::Bytes(&body))
                .map_err(|error| Error::internal(format!("signing: {error}")))?;
        let instructions = sign(signable, &params.into())
            .map_err(|error| Error::internal(format!("signing: {error}")))?
            .into_parts()
            .0;
        let mut request = http::Request::post(&self.url).header("content-type", "application/json");
        for (name, value) in instructions.headers() {
            request = request.header(name, value);
        }
        let request = request.header("host", &self.host).body(SdkBody::from(body));
        let request = request.map_err(|error| Error::internal(format!("request: {error}")))?;
        HttpRequest::try_from(request).map_err(|error| Error::internal(format!("request: {error}")))
    }
}

fn read<D: DeserializeOwned>(reply: Reply) -> Result<D, Error> {
    if reply.status == 429 || reply.status >= 500 {
        return Err(Error::unavailable(format!("appsync: status {}", reply.status)));
    }
    let answer: Answer<Value> = serde_json::from_slice(&reply.body)
        .map_err(|error| Error::internal(format!("appsync: status {}: {error}", reply.status)))?;
    if let Some(error) = answer.errors.first() {
        let kind = error.error_type.as_deref().unwrap_or("no type");
        return Err(Error::internal(format!("appsync: status {}, {kind}: {}", reply.status, error.message)));
    }
    let data = answer.data.ok_or_else(|| {
        Error::internal(format!(
            "appsync: status {}, {} bytes without data or errors",
            reply.status,
            reply.body.len()
        ))
    })?;
    crate::parse::parse_ours("the answer of appsync", data)
}

#[cfg(test)]
mod tests {
    use domain::ErrorKind;

    use super::*;
    use crate::testing::Wire;

    #[tokio::test]
    async fn a_document_is_posted_to_the_api_and_signed() {
        let wire = Wire::answering(200, r#"{"data":{"publishEvents":true}}"#);
        let variables = serde_json::json!({"recipients": ["a"]});
        let answer: Value = wire.ctx().api().execute("mutation { publishEvents }", &variables).await.unwrap();
        assert_eq!(answer["publishEvents"], true);
        let request = wire.sent().remove(0);
        assert_eq!((request.method(), request.uri()), ("POST", "http://127.0.0.1:1/graphql"));
        let authorization = request.headers().get("authorization").unwrap();
        assert!(authorization.contains("/us-east-1/appsync/aws4_request"), "{authorization}");
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        assert_eq!(body["variables"], variables);
    }

    fn answer(status: u16, body: &'static str) -> Result<Value, ErrorKind> {
        read(Reply { status, body: body.into() }).map_err(|error| error.kind())
    }

    #[test]
    fn errors_hide_in_a_200() {
        assert_eq!(answer(200, r#"{"data":{"f":1}}"#).unwrap(), serde_json::json!({"f": 1}));
        let refused = r#"{"data":{"f":null},"errors":[{"errorType":"Unauthorized","message":"no"}]}"#;
        assert_eq!(answer(200, refused), Err(ErrorKind::Internal));
        assert_eq!(answer(401, r#"{"errors":[{"message":"no"}]}"#), Err(ErrorKind::Internal));
    }

    #[test]
    fn overload_is_worth_another_try() {
        assert_eq!(answer(503, ""), Err(ErrorKind::Unavailable));
        assert_eq!(answer(429, "{}"), Err(ErrorKind::Unavailable));
    }
}

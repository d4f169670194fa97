//! Requests to a service of AWS that no SDK of ours knows, signed with the function's credentials.

use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::body::SdkBody;
use aws_types::SdkConfig;
use domain::Error;
use jiff::Timestamp;

use crate::clients;
use crate::http::{Http, Never, Reply};

/// One address of one service.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    url: String,
    host: String,
    region: String,
    service: &'static str,
    credentials: SharedCredentialsProvider,
    http: Http,
}

impl Target {
    /// None if the address is no URL or the configuration lacks something.
    pub(crate) fn new(sdk: &SdkConfig, url: &str, service: &'static str) -> Option<Self> {
        let uri: http::Uri = url.parse().ok()?;
        let timeouts = sdk.timeout_config().cloned().unwrap_or_else(clients::timeouts);
        Some(Target {
            url: url.to_owned(),
            host: uri.authority()?.as_str().to_owned(),
            region: sdk.region()?.as_ref().to_owned(),
            service,
            credentials: sdk.credentials_provider()?,
            http: Http::new(sdk.http_client()?, &uri, timeouts)?,
        })
    }

    /// A POST with these headers, all of them signed.
    pub(crate) async fn signed(
        &self,
        body: Vec<u8>,
        headers: &[(&str, &str)],
        time: Timestamp,
    ) -> Result<HttpRequest, Error> {
        let credentials = self.credentials.provide_credentials().await;
        let identity =
            credentials.map_err(|error| Error::unavailable(format!("credentials: {error}")))?.into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(self.service)
            .time(time.into())
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| Error::internal(format!("signing: {error}")))?;
        let signed = headers.iter().copied().chain([("host", self.host.as_str())]);
        let signable = SignableRequest::new("POST", &self.url, signed.clone(), SignableBody::Bytes(&body))
            .map_err(|error| Error::internal(format!("signing: {error}")))?;
        let instructions = sign(signable, &params.into())
            .map_err(|error| Error::internal(format!("signing: {error}")))?
            .into_parts()
            .0;
        let request = http::Request::post(&self.url);
        let request = signed
            .chain(instructions.headers())
            .fold(request, |request, (name, value)| request.header(name, value));
        let request = request.body(SdkBody::from(body));
        let request = request.map_err(|error| Error::internal(format!("request: {error}")))?;
        HttpRequest::try_from(request).map_err(|error| Error::internal(format!("request: {error}")))
    }

    /// Sends a request once.
    pub(crate) async fn send(&self, request: HttpRequest) -> Result<Reply, SdkError<Never, HttpResponse>> {
        self.http.send(request).await
    }
}

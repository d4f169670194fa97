//! What the tests of this crate share.

use std::sync::{Arc, Mutex};

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::clock::Clock;
use crate::context::Context;
use crate::host::{Host, SdkOptions};
use crate::randomness::Randomness;

/// The other end of the wire: keeps what is sent and answers always the same.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    answer: (u16, &'static str),
    sent: Arc<Mutex<Vec<HttpRequest>>>,
}

impl Wire {
    pub(crate) fn answering(status: u16, body: &'static str) -> Self {
        Wire { answer: (status, body), sent: Arc::default() }
    }

    /// The requests so far.
    pub(crate) fn sent(&self) -> Vec<HttpRequest> {
        std::mem::take(&mut *self.sent.lock().unwrap())
    }

    /// A context of a function whose requests go here.
    pub(crate) fn ctx(&self) -> Context {
        let wire = self.clone();
        context(http_client_fn(move |_, _| SharedHttpConnector::new(wire.clone())))
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.sent.lock().unwrap().push(request);
        let (status, body) = self.answer;
        let status = StatusCode::try_from(status).unwrap();
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(body))))
    }
}

/// A context that reaches nothing, at a fixed time.
pub(crate) fn ctx() -> Context {
    context(aws_smithy_http_client::Builder::new().build_http())
}

fn context(http_client: SharedHttpClient) -> Context {
    let clock = Clock::new(|| Timestamp::from_second(1_795_000_000).unwrap());
    let sdk = SdkOptions {
        credentials: Credentials::from_keys("key", "secret", None),
        region: "us-east-1".to_owned(),
        endpoint: Some("http://127.0.0.1:1".to_owned()),
        http_client,
        clock: clock.clone(),
    };
    let environment = [
        ("TABLE_NAME", "table"),
        ("CURSOR_KEY", "key"),
        ("EVENT_BUS_NAME", "bus"),
        ("API_URL", "http://127.0.0.1:1/graphql"),
    ];
    Host {
        environment: environment
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        sdk: sdk.config(),
        clock,
        randomness: Randomness::seeded(1),
    }
    .context()
}

/// The identity of a person.
pub(crate) fn bob() -> Value {
    json!({"sub": "00000000-0000-4000-8000-00000000000b", "username": "b", "claims": {}, "groups": null})
}

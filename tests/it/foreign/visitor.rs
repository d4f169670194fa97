//! A client with a key, and its live connection.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::{SinkExt as _, StreamExt as _};
use local::Cloud;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody who knows a key of the API.
pub(super) struct Visitor {
    url: String,
    key: String,
}

/// A live connection with one subscription.
pub(super) struct Ear(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Visitor {
    /// With the key that the local cloud prints.
    pub(super) fn of(cloud: &Cloud) -> Self {
        Visitor::with_key(cloud, &cloud.endpoints().api_key)
    }

    pub(super) fn with_key(cloud: &Cloud, key: &str) -> Self {
        Visitor { url: cloud.endpoints().graphql_url.clone(), key: key.to_owned() }
    }

    /// What the API answers.
    pub(super) async fn ask(&self, document: &str, variables: Value) -> Value {
        let body = json!({ "query": document, "variables": variables });
        self.send(&body).await.json().await.expect("JSON")
    }

    /// The status with which the API answers.
    pub(super) async fn status(&self, document: &str) -> u16 {
        self.send(&json!({ "query": document })).await.status().as_u16()
    }

    async fn send(&self, body: &Value) -> reqwest::Response {
        let request = reqwest::Client::new().post(&self.url).header("x-api-key", &self.key).json(body);
        request.send().await.expect("an answer")
    }

    /// Subscribes.
    pub(super) async fn listens(&self, document: &str) -> Ear {
        let host = self.url.trim_start_matches("http://").trim_end_matches("/graphql");
        let authorization = json!({ "host": host, "x-api-key": self.key });
        let header = URL_SAFE_NO_PAD.encode(authorization.to_string());
        let mut request = format!("ws://{host}/graphql/realtime").into_client_request().expect("a request");
        let protocols = format!("graphql-ws, header-{header}").parse().expect("a header");
        request.headers_mut().insert("sec-websocket-protocol", protocols);
        let (socket, _) = tokio_tungstenite::connect_async(request).await.expect("the handshake");
        let mut ear = Ear(socket);
        ear.says(json!({ "type": "connection_init" })).await;
        let data = json!({ "query": document, "variables": {} }).to_string();
        let payload = json!({ "data": data, "extensions": { "authorization": authorization } });
        ear.says(json!({ "id": "1", "type": "start", "payload": payload })).await;
        ear.next("start_ack").await;
        ear
    }
}

impl Ear {
    /// The payload of the next delivery.
    pub(super) async fn hears(&mut self) -> Value {
        self.next("data").await["payload"].clone()
    }

    async fn says(&mut self, frame: Value) {
        self.0.send(Message::text(frame.to_string())).await.expect("it is sent");
    }

    async fn next(&mut self, kind: &str) -> Value {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("a frame in time");
            let message = message.expect("a frame").expect("a whole frame");
            let Ok(text) = message.into_text() else { continue };
            let frame: Value = serde_json::from_str(&text).unwrap_or_default();
            assert_ne!(frame["type"], "error", "{frame}");
            if frame["type"] == kind {
                return frame;
            }
        }
    }
}

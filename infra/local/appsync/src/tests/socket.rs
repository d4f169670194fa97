//! A client of the real-time protocol, on a real socket.

use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Message, handshake::client::Response};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::tests::fixture::{ALICE, TestApi};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that ends with the test.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    pub(super) async fn start(api: &TestApi) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = api.router.clone();
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Server { address, task }
    }

    /// A socket of alice, introduced.
    pub(super) async fn alice(&self) -> Client {
        self.client(json!({"host": "localhost", "Authorization": ALICE})).await
    }

    /// A socket with any header, introduced.
    pub(super) async fn client(&self, header: Value) -> Client {
        let protocol = format!("graphql-ws, header-{}", URL_SAFE_NO_PAD.encode(header.to_string()));
        let (mut client, response) =
            self.open("/graphql/realtime", &[("sec-websocket-protocol", &protocol)]).await;
        assert_eq!(response.headers()["sec-websocket-protocol"], "graphql-ws");
        client.authorization = header;
        client.introduce().await;
        client
    }

    pub(super) async fn open(&self, path: &str, headers: &[(&str, &str)]) -> (Client, Response) {
        let mut request = format!("ws://{}{path}", self.address).into_client_request().unwrap();
        for (name, value) in headers {
            let name: axum::http::HeaderName = name.parse().unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        let (stream, response) = connect_async(request).await.unwrap();
        (Client { stream, authorization: Value::Null }, response)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The path for a header in the query, as gql writes it.
pub(super) fn with_query(header: &Value) -> String {
    format!("/graphql?header={}&payload=e30=", STANDARD.encode(header.to_string()))
}

pub(super) struct Client {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub(super) authorization: Value,
}

impl Client {
    pub(super) async fn introduce(&mut self) {
        self.send(json!({"type": "connection_init"})).await;
        let ack = json!({"type": "connection_ack", "payload": {"connectionTimeoutMs": 300_000}});
        assert_eq!(self.next().await, ack);
        assert_eq!(self.next().await, json!({"type": "ka"}));
    }

    pub(super) async fn send(&mut self, message: Value) {
        self.stream.send(Message::text(message.to_string())).await.unwrap();
    }

    /// The next message. Fails if none comes.
    pub(super) async fn next(&mut self) -> Value {
        loop {
            match timeout(PATIENCE, self.stream.next()).await.expect("no message came") {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Value::Null,
                Some(Ok(_)) => {}
            }
        }
    }

    /// Asks for a subscription; the answer is still to come.
    pub(super) async fn start(&mut self, id: &str, query: &str, variables: Value) {
        let data = json!({"query": query, "variables": variables}).to_string();
        self.start_with(id, data, self.authorization.clone()).await;
    }

    pub(super) async fn start_with(&mut self, id: &str, data: String, authorization: Value) {
        let payload = json!({"data": data, "extensions": {"authorization": authorization}});
        self.send(json!({"id": id, "type": "start", "payload": payload})).await;
    }

    /// Subscribes, successfully.
    pub(super) async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        self.start(id, query, variables).await;
        assert_eq!(self.next().await, json!({"type": "start_ack", "id": id}));
    }

    /// The first error of a subscription that does not start.
    pub(super) async fn refused(&mut self, id: &str, query: &str) -> Value {
        self.start(id, query, Value::Null).await;
        let message = self.next().await;
        assert_eq!(message["type"], "error", "{message}");
        assert_eq!(message["id"], id, "{message}");
        message["payload"]["errors"][0].clone()
    }

    /// The payload of the next event of a subscription.
    pub(super) async fn event(&mut self, id: &str) -> Value {
        let message = self.next().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("data"), &json!(id)), "{message}");
        message["payload"].clone()
    }

    /// Proves that nothing is waiting: the answer to a stop comes next.
    pub(super) async fn nothing(&mut self) {
        self.send(json!({"type": "stop", "id": "nobody"})).await;
        assert_eq!(self.next().await, json!({"type": "complete", "id": "nobody"}));
    }
}

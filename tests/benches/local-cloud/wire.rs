//! A client of AppSync's protocols that does as little as it can, the same for every server.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// What every server is asked to do.
const SEND: &str = "mutation($input: SendMessageInput!) {
  sendMessage(input: $input) { id conversationId seq senderId kind text createdAt } }";

/// A server, and what somebody shows there.
#[derive(Clone)]
pub(crate) struct Access {
    /// `http://host:port`.
    pub(crate) url: String,
    /// The name and the value of the header.
    pub(crate) header: (&'static str, String),
}

/// What a message says: who wrote it in which run, and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Tells late messages of one run from the next.
    pub(crate) run: u32,
    /// Which talk.
    pub(crate) talk: usize,
    /// Counted from 0.
    pub(crate) number: usize,
}

impl Mark {
    fn text(self) -> String {
        format!("mark {} {} {}", self.run, self.talk, self.number)
    }

    /// All marks in a frame, in their order. A search is enough: parsing would cost the client more than the server.
    fn find(frame: &str) -> impl Iterator<Item = Mark> {
        frame.split("\"text\":\"mark ").skip(1).filter_map(|rest| {
            let mut numbers = rest.split('"').next()?.split(' ').map(str::parse::<usize>);
            let mut next = || numbers.next()?.ok();
            Some(Mark { run: u32::try_from(next()?).ok()?, talk: next()?, number: next()? })
        })
    }
}

/// Sends messages, one after the other.
pub(crate) struct Writer {
    http: reqwest::Client,
    access: Access,
}

impl Writer {
    /// Somebody who has sent nothing yet.
    pub(crate) fn new(access: Access) -> Writer {
        Writer { http: reqwest::Client::new(), access }
    }

    /// Sends one message and waits for the answer, which must be good.
    pub(crate) async fn sends(&self, conversation: &str, mark: Mark) {
        let id = tests::chat::fresh();
        let input = json!({ "id": id, "conversationId": conversation, "text": mark.text() });
        let (name, value) = &self.access.header;
        let request = self
            .http
            .post(format!("{}/graphql", self.access.url))
            .header(*name, value)
            .json(&json!({ "query": SEND, "variables": { "input": input } }));
        let answer = request.send().await.expect("an answer").text().await.expect("a whole answer");
        assert!(answer.contains(&id) && !answer.contains("\"errors\""), "{answer}");
    }
}

/// A socket with one subscription.
pub(crate) struct Listener {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Listener {
    /// Connects and subscribes; ready when this returns.
    pub(crate) async fn open(access: &Access, subscription: &str, conversation: &str) -> Listener {
        let host = access.url.trim_start_matches("http://");
        let shown = json!({ "host": host, access.header.0: access.header.1 });
        let header = STANDARD.encode(shown.to_string());
        let header = header.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        let url = format!("ws://{host}/graphql/realtime?header={header}&payload=e30%3D");
        let mut request = url.into_client_request().expect("a request");
        request.headers_mut().insert("sec-websocket-protocol", "graphql-ws".parse().expect("a header"));
        // Small buffers, so that ten thousand of them fit.
        let config = WebSocketConfig::default().read_buffer_size(4 * 1024);
        let (socket, _) =
            connect_async_with_config(request, Some(config), true).await.expect("the handshake");
        let mut listener = Listener { socket };
        listener.says(json!({ "type": "connection_init" })).await;
        listener.awaits("connection_ack").await;
        let variables = json!({ "conversationId": conversation });
        let data = json!({ "query": subscription, "variables": variables }).to_string();
        let payload = json!({ "data": data, "extensions": { "authorization": shown } });
        listener.says(json!({ "id": "1", "type": "start", "payload": payload })).await;
        listener.awaits("start_ack").await;
        listener
    }

    /// The marks in the next frame.
    pub(crate) async fn hears(&mut self) -> Vec<Mark> {
        Mark::find(&self.frame().await).collect()
    }

    async fn says(&mut self, frame: Value) {
        self.socket.send(Message::text(frame.to_string())).await.expect("the socket is open");
    }

    async fn awaits(&mut self, kind: &str) {
        loop {
            let frame = self.frame().await;
            if frame.contains(&format!("\"{kind}\"")) {
                return;
            }
            assert!(!frame.contains("error\""), "{frame}");
        }
    }

    async fn frame(&mut self) -> String {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return text.to_string(),
                Some(Ok(Message::Close(_)) | Err(_)) | None => panic!("the server closed the socket"),
                Some(Ok(_)) => {}
            }
        }
    }
}

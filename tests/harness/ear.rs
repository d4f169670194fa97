//! A live connection of one device.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::world::World;

/// Every field that a subscriber can be told.
pub const EVENT: &str = "id type at actorId conversationId seq rev hiddenSeq
  message { id conversationId seq rev senderId sender { id displayName } kind text deletedAt editedAt forwardCount
    attachments { id kind fileName contentType size width height durationMs blurHash waveform hasThumbnail }
    reactions { emoji count userIds } notice { type actorId targetIds } replyTo { id seq text } }
  conversation { id title memberCount seq rev lastMessage { seq text } }
  member { userId role active } receipt { userId readSeq deliveredSeq } state { conversationId readSeq pinnedAt archived version }
  star { seq starredAt } contact { userId name } blockedUser { userId } attachment { id status rejection }";

/// How long a test waits for what must come. Generous, because machines are busy; nothing waits for it in vain but a failure.
const PATIENCE: Duration = Duration::from_secs(120);

/// A WebSocket with subscriptions on it.
pub struct Ear {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    host: String,
    token: String,
    /// All events that came, in order.
    pub events: Vec<Value>,
}

impl Ear {
    /// Connects and subscribes to `onEvent`.
    pub async fn open(world: &World, token: &str) -> Ear {
        let mut ear = Ear::connect(world, token).await.expect("the connection is accepted");
        let document = format!("subscription {{ onEvent {{ recipients events {{ {EVENT} }} }} }}");
        ear.subscribe("events", &document, json!({})).await.expect("the subscription is accepted");
        ear
    }

    /// Connects; the error is the server's `connection_error`.
    pub async fn connect(world: &World, token: &str) -> Result<Ear, Value> {
        let host = world.url().trim_start_matches("http://").to_owned();
        let mut ear = Ear::connect_with(world, json!({ "host": host, "Authorization": token })).await?;
        token.clone_into(&mut ear.token);
        Ok(ear)
    }

    /// Connects with whatever is shown; the error is the server's `connection_error`.
    pub async fn connect_with(world: &World, authorization: Value) -> Result<Ear, Value> {
        let host = world.url().trim_start_matches("http://").to_owned();
        let protocol = format!("header-{}", URL_SAFE_NO_PAD.encode(authorization.to_string()));
        let mut request = format!("ws://{host}/graphql/realtime").into_client_request().expect("a request");
        let value = format!("graphql-ws, {protocol}").parse().expect("a header");
        request.headers_mut().insert("sec-websocket-protocol", value);
        let (socket, _) = tokio_tungstenite::connect_async(request).await.expect("the handshake");
        let mut ear = Ear { socket, host, token: String::new(), events: Vec::new() };
        ear.send(json!({ "type": "connection_init" })).await;
        let answer = ear.frame().await;
        if answer["type"] == "connection_ack" { Ok(ear) } else { Err(answer) }
    }

    /// Starts a subscription; the error is the payload of the server's `error`.
    pub async fn subscribe(&mut self, id: &str, document: &str, variables: Value) -> Result<(), Value> {
        let data = json!({ "query": document, "variables": variables }).to_string();
        let authorization = json!({ "host": self.host, "Authorization": self.token });
        self.subscribe_with(id, data, authorization).await
    }

    /// Starts a subscription with whatever is shown; the error is the payload of the server's `error`.
    pub async fn subscribe_with(
        &mut self,
        id: &str,
        data: String,
        authorization: Value,
    ) -> Result<(), Value> {
        let payload = json!({ "data": data, "extensions": { "authorization": authorization } });
        self.send(json!({ "id": id, "type": "start", "payload": payload })).await;
        loop {
            let frame = self.frame().await;
            match frame["type"].as_str() {
                Some("start_ack") if frame["id"] == id => return Ok(()),
                Some("error") => return Err(frame["payload"].clone()),
                None => return Err(frame),
                _ => self.keep(&frame),
            }
        }
    }

    /// Waits for an event that fits and gives it; earlier ones count.
    pub async fn hears(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        if let Some(event) = self.events.iter().find(|event| fits(event)) {
            return event.clone();
        }
        loop {
            let known = self.events.len();
            let Ok(frame) = timeout(PATIENCE, self.frame()).await else {
                panic!("{what} was not heard; heard were {:#?}", self.events);
            };
            self.keep(&frame);
            if let Some(event) = self.events[known..].iter().find(|event| fits(event)) {
                return event.clone();
            }
        }
    }

    /// Waits for the message with a text.
    pub async fn hears_text(&mut self, text: &str) -> Value {
        self.hears(text, |event| event["type"] == "MESSAGE_SENT" && event["message"]["text"] == text).await
    }

    /// The next frame of a subscription, whatever it is.
    pub async fn next_frame(&mut self) -> Option<Value> {
        timeout(PATIENCE, self.frame()).await.ok()
    }

    /// Takes in all frames that have come. Settle the world first: then nothing is on its way.
    pub async fn catches_up(&mut self) {
        // The server answers in order: what was sent before this answer is in.
        let id = format!("probe-{}", self.events.len());
        self.send(json!({ "id": id, "type": "stop" })).await;
        loop {
            let frame = timeout(PATIENCE, self.frame()).await.expect("an answer");
            if frame["id"] == id.as_str() {
                return;
            }
            self.keep(&frame);
        }
    }

    /// Drops the connection as a broken network does.
    pub fn breaks(self) {
        drop(self.socket);
    }

    fn keep(&mut self, frame: &Value) {
        if frame["type"] != "data" {
            return;
        }
        let data = &frame["payload"]["data"];
        match data["onEvent"]["events"].as_array() {
            Some(events) => self.events.extend(events.iter().cloned()),
            None => self.events.push(data.clone()),
        }
    }

    async fn send(&mut self, frame: Value) {
        self.socket.send(Message::text(frame.to_string())).await.expect("the socket is open");
    }

    /// The next frame that is no keep-alive. Null once the server closed the socket.
    async fn frame(&mut self) -> Value {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).expect("frames are JSON");
                    if frame["type"] != "ka" {
                        return frame;
                    }
                }
                Some(Ok(Message::Close(_))) | None => return Value::Null,
                Some(Ok(_)) => {}
                Some(Err(error)) => panic!("the socket broke: {error}"),
            }
        }
    }
}

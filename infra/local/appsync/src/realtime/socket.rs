//! One socket from its first message to its last.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, timeout};

use crate::engine::Engine;
use crate::realtime::frames::{self, Problem};
use crate::realtime::outbox::{Inbox, Outbox, queue};
use crate::realtime::session::{MOST_SUBSCRIPTIONS, Session, Stage, Taken};
use crate::realtime::start;

/// How often a quiet socket shows a sign of life.
const KEEP_ALIVE: Duration = Duration::from_secs(60);
/// How long a socket may live.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a client that is refused may wait with its first message. Clients listen only after they have spoken.
const FIRST_MESSAGE: Duration = Duration::from_secs(2);

/// A message of the client.
#[derive(Debug, Deserialize)]
struct Incoming {
    #[serde(rename = "type")]
    kind: String,
    id: Option<String>,
    #[serde(default)]
    payload: Value,
}

/// Serves a socket until either side closes it.
pub(super) async fn serve(
    engine: Arc<Engine>,
    mut socket: WebSocket,
    verdict: Result<(), Problem>,
    headers: HeaderMap,
) {
    if let Err(problem) = verdict {
        return refuse(socket, &problem).await;
    }
    let (outbox, mut inbox) = queue(&engine.deliveries);
    let session = Arc::new(Session::default());
    let connection = Connection {
        engine: Arc::clone(&engine),
        outbox,
        session: Arc::clone(&session),
        headers: Arc::new(headers),
    };
    connection.run(&mut socket, &mut inbox).await;
    for stage in session.close() {
        if let Stage::Running { field, serial } = stage {
            engine.subscriptions.remove(&field, serial);
        }
    }
    // The client may have gone already; then there is nobody to say goodbye to.
    drop(timeout(FIRST_MESSAGE, socket.send(Message::Close(None))).await);
}

async fn refuse(mut socket: WebSocket, problem: &Problem) {
    drop(timeout(FIRST_MESSAGE, socket.recv()).await);
    drop(socket.send(Message::Text(frames::connection_error(problem).into())).await);
    drop(socket.send(Message::Close(None)).await);
}

/// A socket that is open.
pub(super) struct Connection {
    pub(super) engine: Arc<Engine>,
    pub(super) outbox: Outbox,
    pub(super) session: Arc<Session>,
    /// Those of the handshake, which resolvers see.
    pub(super) headers: Arc<HeaderMap>,
}

impl Connection {
    async fn run(&self, socket: &mut WebSocket, inbox: &mut Inbox) {
        let mut keep_alive = interval_at(Instant::now() + KEEP_ALIVE, KEEP_ALIVE);
        keep_alive.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut is_acknowledged = false;
        let end = sleep(LONGEST_LIFE);
        tokio::pin!(end);
        let overflow = inbox.overflow();
        tokio::pin!(overflow);
        loop {
            tokio::select! {
                () = &mut end => return,
                () = &mut overflow => return tracing::warn!("a socket that does not keep up is closed"),
                _ = keep_alive.tick(), if is_acknowledged => {
                    self.outbox.send(frames::keep_alive());
                }
                Some(frame) = inbox.next() => {
                    // A slow socket holds this up; it must not hold up its own end.
                    tokio::select! {
                        sent = socket.send(Message::Text(frame.text.as_str().into())) => {
                            if sent.is_err() {
                                return;
                            }
                        }
                        () = &mut overflow => return tracing::warn!("a socket that does not keep up is closed"),
                    }
                }
                message = socket.recv() => match message {
                    Some(Ok(Message::Text(text))) => self.receive(&text, &mut is_acknowledged),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    Some(Ok(_)) => {}
                },
            }
        }
    }

    fn receive(&self, text: &str, is_acknowledged: &mut bool) {
        let Ok(message) = serde_json::from_str::<Incoming>(text) else {
            return self.unsupported();
        };
        match (message.kind.as_str(), message.id) {
            ("connection_init", _) => {
                *is_acknowledged = true;
                self.outbox.send(frames::connection_ack());
                self.outbox.send(frames::keep_alive());
            }
            // Nothing is done for a client that has not introduced itself.
            _ if !*is_acknowledged => {}
            ("start", Some(id)) => self.start(id, message.payload),
            ("stop", Some(id)) => self.stop(&id),
            _ => self.unsupported(),
        }
    }

    fn start(&self, id: String, payload: Value) {
        let Some(asked) = start::Asked::read(payload) else { return self.unsupported() };
        match self.session.reserve(&id) {
            Ok(()) => {
                let start = start::Start {
                    engine: Arc::clone(&self.engine),
                    outbox: self.outbox.clone(),
                    session: Arc::clone(&self.session),
                    headers: Arc::clone(&self.headers),
                    id,
                };
                tokio::spawn(start.run(asked));
            }
            Err(Taken::Duplicate) => {
                let problem =
                    Problem::new("DuplicatedOperationError", format!("Duplicated operation with id {id}"));
                self.outbox.send(frames::error(Some(&id), &[problem]));
            }
            Err(Taken::TooMany) => {
                let message = format!("Max number of {MOST_SUBSCRIPTIONS} subscriptions reached");
                let problem = Problem::new("MaxSubscriptionsReachedError", message);
                self.outbox.send(frames::error(Some(&id), &[problem]));
            }
        }
    }

    fn stop(&self, id: &str) {
        if let Some(Stage::Running { field, serial }) = self.session.forget(id) {
            self.engine.subscriptions.remove(&field, serial);
        }
        self.outbox.send(frames::complete(id));
    }

    fn unsupported(&self) {
        self.outbox.send(frames::error(None, &[start::unsupported()]));
    }
}

//! Lambda's Runtime API, and the API that invokes: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.
//!
//! A process is started at a function's first event and answers one event at a time.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// Longer than any function may take, in a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server that runs functions; they end with it.
pub struct RuntimeApi {
    url: String,
    functions: Functions,
}

type Functions = Arc<Mutex<Inner>>;

struct Inner {
    url: String,
    programs: PathBuf,
    environments: BTreeMap<String, BTreeMap<String, String>>,
    running: BTreeMap<String, Running>,
}

/// A function's process.
struct Running {
    child: Child,
    events: mpsc::UnboundedSender<Event>,
    waiting: Arc<tokio::sync::Mutex<mpsc::UnboundedReceiver<Event>>>,
    answers: BTreeMap<String, oneshot::Sender<Answer>>,
}

struct Event {
    id: String,
    body: Bytes,
}

enum Answer {
    Done(Bytes),
    Failed(Bytes),
}

impl Drop for Running {
    fn drop(&mut self) {
        // An error means that it ended by itself.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

/// The processes end before the server does, which they would complain of.
impl Drop for RuntimeApi {
    fn drop(&mut self) {
        lock(&self.functions).running.clear();
    }
}

impl RuntimeApi {
    /// Serves the programs of a folder.
    pub async fn start(programs: PathBuf) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (environments, running) = (BTreeMap::new(), BTreeMap::new());
        let functions = Arc::new(Mutex::new(Inner { url: url.clone(), programs, environments, running }));
        let runtime = "/run/{name}/2018-06-01/runtime";
        let router = Router::new()
            .route("/2015-03-31/functions/{name}/invocations", post(invoke))
            .route(&format!("{runtime}/invocation/next"), get(next))
            .route(&format!("{runtime}/invocation/{{id}}/response"), post(respond))
            .route(&format!("{runtime}/invocation/{{id}}/error"), post(fail))
            .with_state(Arc::clone(&functions));
        tokio::spawn(async move { axum::serve(listener, router).await });
        RuntimeApi { url, functions }
    }

    /// What `--invoke-url` is given.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Takes the environments of the functions from what `/_local/functions` lists.
    pub fn knows(&self, listed: &Value) {
        let environment = |function: &Value| {
            let name = function["name"].as_str().expect("a name").to_owned();
            (name, serde_json::from_value(function["variables"].clone()).expect("variables"))
        };
        let environments = listed.as_array().expect("a list").iter().map(environment).collect();
        lock(&self.functions).environments = environments;
    }

    /// The functions that were asked so far, by name.
    pub fn asked(&self) -> Vec<String> {
        lock(&self.functions).running.keys().cloned().collect()
    }
}

impl Inner {
    /// The process of a function, started if need be.
    fn running(&mut self, name: &str) -> std::io::Result<&mut Running> {
        if !self.running.contains_key(name) {
            let (events, waiting) = mpsc::unbounded_channel();
            let waiting = Arc::new(tokio::sync::Mutex::new(waiting));
            let running = Running { child: self.spawn(name)?, events, waiting, answers: BTreeMap::new() };
            self.running.insert(name.to_owned(), running);
        }
        self.running.get_mut(name).ok_or_else(|| std::io::Error::other("not running"))
    }

    /// With the variables that Lambda sets, and no others.
    fn spawn(&self, name: &str) -> std::io::Result<Child> {
        let address = self.url.trim_start_matches("http://");
        let variables =
            self.environments.get(name).ok_or_else(|| std::io::Error::other("not in the template"))?;
        Command::new(self.programs.join(name))
            .env_clear()
            .envs(variables)
            .env("AWS_LAMBDA_RUNTIME_API", format!("http://{address}/run/{name}"))
            .env("AWS_LAMBDA_FUNCTION_NAME", name)
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            // Warnings help whoever looks for why this fails.
            .env("LOG_LEVEL", "warn")
            .stdin(Stdio::null())
            .spawn()
    }
}

/// An event for a function, and its answer or failure.
async fn invoke(State(functions): State<Functions>, Path(name): Path<String>, body: Bytes) -> Response {
    let (answer, answered) = oneshot::channel();
    let queued = lock(&functions).running(&name).map(|running| {
        let id = Uuid::new_v4().to_string();
        running.answers.insert(id.clone(), answer);
        running.events.send(Event { id, body }).is_ok()
    });
    if let Err(error) = queued {
        return (StatusCode::NOT_FOUND, format!("{name}: {error}")).into_response();
    }
    match tokio::time::timeout(PATIENCE, answered).await {
        Ok(Ok(Answer::Done(body))) => body.into_response(),
        Ok(Ok(Answer::Failed(body))) => ([("x-amz-function-error", "Unhandled")], body).into_response(),
        _ => (StatusCode::GATEWAY_TIMEOUT, format!("{name} took too long")).into_response(),
    }
}

/// The next event, however long that takes.
async fn next(State(functions): State<Functions>, Path(name): Path<String>) -> Response {
    let waiting = lock(&functions).running.get(&name).map(|running| Arc::clone(&running.waiting));
    let Some(waiting) = waiting else { return StatusCode::NOT_FOUND.into_response() };
    let Some(Event { id, body }) = waiting.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    let deadline = now() + PATIENCE;
    let deadline = deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
    let headers = [
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", deadline.to_string()),
        (
            "lambda-runtime-invoked-function-arn",
            format!("arn:aws:lambda:us-east-1:000000000000:function:{name}"),
        ),
    ];
    (headers, body).into_response()
}

#[expect(clippy::disallowed_methods, reason = "processes live in the real world, with its clock")]
fn now() -> SystemTime {
    SystemTime::now()
}

async fn respond(
    functions: State<Functions>,
    Path((name, id)): Path<(String, String)>,
    body: Bytes,
) -> StatusCode {
    pass_on(&functions, &name, &id, Answer::Done(body))
}

async fn fail(
    functions: State<Functions>,
    Path((name, id)): Path<(String, String)>,
    body: Bytes,
) -> StatusCode {
    pass_on(&functions, &name, &id, Answer::Failed(body))
}

fn pass_on(functions: &Functions, name: &str, id: &str, answer: Answer) -> StatusCode {
    let waiting = lock(functions).running.get_mut(name).and_then(|running| running.answers.remove(id));
    match waiting.map(|waiting| waiting.send(answer)) {
        Some(Ok(())) => StatusCode::ACCEPTED,
        _ => StatusCode::NOT_FOUND,
    }
}

fn lock(functions: &Functions) -> std::sync::MutexGuard<'_, Inner> {
    functions.lock().unwrap_or_else(PoisonError::into_inner)
}

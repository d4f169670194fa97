//! A Runtime API with one event.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::programs::{memory, processor};

/// How long a program may take to start, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(30);

/// What one start was like.
pub(crate) struct Start {
    /// From the start of the process to its first question for an event.
    pub(crate) first_next: Duration,
    /// What the process used until it had answered, in milliseconds.
    pub(crate) processor: f64,
    /// What it held then, in MB.
    pub(crate) memory: f64,
}

/// When a process asked for its first event, and when it had answered it.
#[derive(Clone, Default)]
struct Watch {
    asked: Arc<Notify>,
    answered: Arc<Notify>,
    given: Arc<AtomicBool>,
}

/// Starts a program, gives it one event and ends it.
pub(crate) async fn start(command: &mut Command) -> Start {
    let watch = Watch::default();
    let runtime = "/2018-06-01/runtime/invocation";
    let router = Router::new()
        .route(&format!("{runtime}/next"), get(next))
        .route(&format!("{runtime}/{{id}}/response"), post(answered))
        .route(&format!("{runtime}/{{id}}/error"), post(answered))
        .with_state(watch.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });

    let started = Instant::now();
    let mut child = command
        .env_clear()
        .env("AWS_LAMBDA_RUNTIME_API", address.to_string())
        .env("AWS_LAMBDA_FUNCTION_NAME", "measured")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "nobody")
        .env("AWS_SECRET_ACCESS_KEY", "nothing")
        .env("LOG_LEVEL", "error")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the function starts");
    timeout(PATIENCE, watch.asked.notified()).await.expect("the function starts");
    let first_next = started.elapsed();
    timeout(PATIENCE, watch.answered.notified()).await.expect("the function answers");
    let (processor, memory) = (processor(child.id()), memory(child.id()));
    child.kill().expect("it runs");
    child.wait().expect("it ended");
    serving.abort();
    Start { first_next, processor, memory }
}

/// One event, and then none any more.
async fn next(State(watch): State<Watch>) -> ([(&'static str, &'static str); 3], &'static str) {
    watch.asked.notify_one();
    if watch.given.swap(true, Ordering::SeqCst) {
        std::future::pending::<()>().await;
    }
    let headers = [
        ("lambda-runtime-aws-request-id", "00000000-0000-4000-8000-000000000000"),
        ("lambda-runtime-deadline-ms", "99999999999999"),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:000000000000:function:measured"),
    ];
    (headers, "{}")
}

async fn answered(State(watch): State<Watch>) -> StatusCode {
    watch.answered.notify_one();
    StatusCode::ACCEPTED
}

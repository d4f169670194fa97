//! How a function starts: `send-message` against a bare echo, on a Runtime API that is as fast as can be.
//!
//! Neither region nor endpoint is given, so that nothing is connected to: what is timed is the program alone.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use tokio::sync::Notify;

use crate::figures;
use crate::programs::{Programs, memory};

/// Our function and the one to compare with.
const PROGRAMS: [&str; 2] = ["send-message", "examples/echo"];

/// What one start was like.
struct Start {
    first_next: Duration,
    memory: f64,
}

#[expect(clippy::print_stdout, reason = "the result")]
pub(crate) async fn measure(programs: &Programs, starts: usize) {
    let mut times: [Vec<Start>; 2] = [Vec::new(), Vec::new()];
    // Interleaved, so that whatever else the machine does meets both. The first of each reads the disk.
    for round in 0..=starts {
        for (program, times) in PROGRAMS.iter().zip(&mut times) {
            let start = start(&programs.path(program)).await;
            if round > 0 {
                times.push(start);
            }
        }
    }
    for (program, times) in PROGRAMS.iter().zip(&times) {
        let nexts: Vec<_> = times.iter().map(|start| start.first_next).collect();
        let memories: Vec<_> = times.iter().map(|start| start.memory).collect();
        let (bytes, packed) = size(&programs.path(program));
        println!("| {program}, start to first `/next` | {} |", figures::median(&nexts));
        println!("| {program}, memory after one event | {:.1} MB |", figures::middle(&memories));
        println!("| {program}, size and deflated | {bytes:.1} MB, {packed:.1} MB |");
    }
    let medians = times.map(|times| {
        let nexts: Vec<_> = times.iter().map(|start| start.first_next).collect();
        figures::quantile(&nexts, 0.5).as_secs_f64()
    });
    println!("| send-message against echo, start | {:.2} times |", medians[0] / medians[1]);
}

/// When a process asked for its first event, and when it had answered it.
#[derive(Clone, Default)]
struct Watch {
    asked: Arc<Notify>,
    answered: Arc<Notify>,
    given: Arc<std::sync::atomic::AtomicBool>,
}

async fn start(program: &Path) -> Start {
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
    let mut child = Command::new(program)
        .env_clear()
        .env("AWS_LAMBDA_RUNTIME_API", address.to_string())
        .env("AWS_LAMBDA_FUNCTION_NAME", "measured")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("LOG_LEVEL", "error")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the function starts");
    watch.asked.notified().await;
    let first_next = started.elapsed();
    watch.answered.notified().await;
    let memory = memory(child.id());
    child.kill().expect("it runs");
    child.wait().expect("it ended");
    serving.abort();
    Start { first_next, memory }
}

/// One event, and then none any more.
async fn next(State(watch): State<Watch>) -> ([(&'static str, &'static str); 3], &'static str) {
    watch.asked.notify_one();
    if watch.given.swap(true, std::sync::atomic::Ordering::SeqCst) {
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

/// The size of a file in MB, as it is and as an archive holds it.
#[expect(clippy::cast_precision_loss, reason = "a few million")]
fn size(path: &Path) -> (f64, f64) {
    let bytes = fs::read(path).expect("a program");
    let mut packer = DeflateEncoder::new(Vec::new(), Compression::best());
    packer.write_all(&bytes).expect("memory");
    let packed = packer.finish().expect("memory");
    (bytes.len() as f64 / 1e6, packed.len() as f64 / 1e6)
}

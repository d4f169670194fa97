//! The functions of the foreign project: stood in for, or served by `cargo lambda watch`.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::Router;
use axum::extract::Path as Part;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use local::Cloud;
use serde_json::{Value, json};
use tests::house::root;

/// The path of the program that serves the real functions.
const PROGRAM: &str = "CARGO_LAMBDA";

/// Builds take minutes on a cold machine.
const BUILD: Duration = Duration::from_secs(600);

/// Where functions are invoked, until it is dropped.
pub(super) struct Served {
    url: String,
    watcher: Option<Watcher>,
}

/// `cargo lambda watch`, which is started when the cloud that its functions need is known.
struct Watcher {
    program: PathBuf,
    folder: tempfile::TempDir,
    child: std::sync::Mutex<Option<Child>>,
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let child = self.child.get_mut().map(Option::take);
        if let Ok(Some(mut child)) = child {
            // Its functions end with it. An error means that it ended by itself.
            let _ended = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
            let _status = child.wait();
        }
    }
}

impl Served {
    /// The real ones if the environment says how, or else their stand-ins.
    pub(super) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let Some(program) = std::env::var_os(PROGRAM) else {
            let router = Router::new().route("/2015-03-31/functions/{name}/invocations", post(stand_in));
            tokio::spawn(async move { axum::serve(listener, router).await });
            return Served { url, watcher: None };
        };
        drop(listener);
        let folder = tempfile::tempdir().expect("a folder");
        let watcher = Watcher { program: program.into(), folder, child: std::sync::Mutex::default() };
        Served { url, watcher: Some(watcher) }
    }

    /// What `--invoke-url` is given.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Starts the watcher with the environment that the cloud gives, and has each function built.
    pub(super) async fn knows(&self, cloud: &Cloud) {
        let Some(watcher) = &self.watcher else { return };
        let client = reqwest::Client::builder().timeout(BUILD).build().expect("a client");
        let env = client.get(format!("{}/_local/env", cloud.endpoints().endpoint)).send().await;
        let env = env.expect("an answer").text().await.expect("text");
        let file = watcher.folder.path().join("env");
        std::fs::write(&file, env).expect("a file");
        let child = watcher.start(&file, self.url.rsplit(':').next().expect("a port"));
        *watcher.child.lock().expect("nobody else") = Some(child);
        for (name, event) in [
            ("title-case", json!({ "arguments": { "book": { "title": "x" } } })),
            ("count-loans", json!({ "Records": [] })),
        ] {
            let address = format!("{}/2015-03-31/functions/{name}/invocations", self.url);
            let answered = async {
                loop {
                    if let Ok(answer) = client.post(&address).json(&event).send().await
                        && answer.status().is_success()
                    {
                        return;
                    }
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            };
            tokio::time::timeout(BUILD, answered).await.expect("the function is built");
        }
    }
}

impl Watcher {
    fn start(&self, env: &Path, port: &str) -> Child {
        let mut watch = Command::new(&self.program);
        watch.args(["lambda", "watch", "-A", "127.0.0.1", "-P", port, "--env-file"]).arg(env);
        watch
            .current_dir(root().join("tests/foreign"))
            .env("CARGO_TARGET_DIR", root().join("target/foreign"));
        // Not the variables that cargo sets for tests of this workspace.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR" {
                watch.env_remove(name);
            }
        }
        watch.stdin(Stdio::null()).spawn().expect("cargo lambda watch starts")
    }
}

/// What the functions of `tests/foreign/services` would answer.
async fn stand_in(Part(name): Part<String>, event: axum::Json<Value>) -> Response {
    let failed = |message: &str| {
        let body = json!({ "errorType": "Failed", "errorMessage": message });
        ([("x-amz-function-error", "Unhandled")], axum::Json(body)).into_response()
    };
    match name.as_str() {
        "title-case" => {
            let title = event["arguments"]["book"]["title"].as_str().unwrap_or_default();
            let words = title.split_whitespace().map(|word| word[..1].to_uppercase() + &word[1..]);
            match words.collect::<Vec<_>>().join(" ").as_str() {
                "" => failed("a book needs a title"),
                title => axum::Json(json!({ "title": title })).into_response(),
            }
        }
        "count-loans" => {
            let records = event["Records"].as_array().map(Vec::as_slice).unwrap_or_default();
            match records.iter().any(|record| record["dynamodb"]["NewImage"]["pages"]["N"] == "0") {
                true => failed("a book without pages"),
                false => axum::Json(json!({})).into_response(),
            }
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

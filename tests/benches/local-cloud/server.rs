//! A server in a process of its own.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tests::house::root;

use crate::programs::{self, Programs};

/// What stands before the address in the line that says ready.
const READY: &str = " is ready at ";

/// Runs until it is dropped.
pub(crate) struct Server {
    child: Child,
    /// The database behind it, if it is a process of its own.
    database: Option<Database>,
    url: String,
    ready_after: Duration,
}

/// DynamoDB Local, which runs until it is dropped.
struct Database {
    child: Child,
    url: String,
}

impl Server {
    /// The local cloud with its data in a folder; answers when it is ready.
    pub(crate) fn local_cloud(programs: &Programs, folder: &Path) -> Server {
        Server::start(Command::new(programs.path("local")).args(["--port", "0", "--data-dir"]).arg(folder))
    }

    /// The local cloud with the API of the comparison, which stores nothing.
    pub(crate) fn bare_api(programs: &Programs) -> Server {
        let template = comparison().join("template.yaml");
        let arguments = ["--port", "0", "--memory", "--log-level", "error", "--template"];
        Server::start(Command::new(programs.path("local")).args(arguments).arg(template))
    }

    /// The local cloud with the API of the comparison, which puts each message into a table in a folder.
    pub(crate) fn stored_api(programs: &Programs, folder: &Path) -> Server {
        let template = comparison().join("stored.yaml");
        let arguments = ["--port", "0", "--log-level", "error", "--template"];
        let mut command = Command::new(programs.path("local"));
        Server::start(command.args(arguments).arg(template).arg("--data-dir").arg(folder))
    }

    /// Amplify's simulator with the same API, which stores nothing.
    pub(crate) fn simulator() -> Server {
        Server::start(Command::new(programs::node()).arg(comparison().join("server.mjs")))
    }

    /// Amplify's simulator, which puts each message into a table of DynamoDB Local in a folder, as `amplify mock` does.
    pub(crate) fn stored_simulator(folder: &Path) -> Server {
        let started = Instant::now();
        let database = Database::start(folder);
        let script = comparison().join("server.mjs");
        let mut server = Server::start(Command::new(programs::node()).arg(script).arg(&database.url));
        server.database = Some(database);
        server.ready_after = started.elapsed();
        server
    }

    fn start(command: &mut Command) -> Server {
        let started = Instant::now();
        let mut child = command
            .current_dir(root())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let output = child.stdout.as_mut().expect("an output");
        let line = BufReader::new(output).lines().map_while(Result::ok).find(|line| line.contains(READY));
        let ready_after = started.elapsed();
        let line = line.expect("a line that says ready");
        let url = line.split_once(READY).map(|(_, url)| url.trim().to_owned()).unwrap_or_default();
        Server { child, database: None, url, ready_after }
    }

    /// Where it answers.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Its resident memory in MB, that of its database included.
    pub(crate) fn memory(&self) -> f64 {
        let database = self.database.as_ref().map_or(0.0, |database| programs::memory(database.child.id()));
        programs::memory(self.child.id()) + database
    }

    /// From the start of the process to the line that says ready.
    pub(crate) fn ready_after(&self) -> Duration {
        self.ready_after
    }
}

impl Database {
    /// The one that `amplify mock` starts, which needs Java; its client waits until it answers.
    fn start(folder: &Path) -> Database {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.expect("a free port").port();
        let child = Command::new("java")
            .current_dir(comparison().join("node_modules/amplify-dynamodb-simulator/emulator"))
            .args(["-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"])
            .args(["-port", &port.to_string(), "-sharedDb", "-dbPath"])
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("Java starts DynamoDB Local");
        Database { child, url: format!("http://127.0.0.1:{port}") }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

fn end(child: &mut Child) {
    // An error means that it ended by itself.
    let _ended = child.kill();
    let _status = child.wait();
}

/// Where the simulator is, and the API that both sides serve.
pub(crate) fn comparison() -> PathBuf {
    root().join("tests/clients/simulator")
}

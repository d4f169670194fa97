//! A server in a process of its own.

use std::io::{BufRead as _, BufReader};
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
    url: String,
    ready_after: Duration,
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

    /// Amplify's simulator with the same API.
    pub(crate) fn simulator() -> Server {
        Server::start(Command::new(programs::node()).arg(comparison().join("server.mjs")))
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
        Server { child, url, ready_after }
    }

    /// Where it answers.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Its resident memory in MB.
    pub(crate) fn memory(&self) -> f64 {
        programs::memory(self.child.id())
    }

    /// From the start of the process to the line that says ready.
    pub(crate) fn ready_after(&self) -> Duration {
        self.ready_after
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An error means that it ended by itself.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

/// Where the simulator is, and the API that both sides serve.
pub(crate) fn comparison() -> PathBuf {
    root().join("tests/clients/simulator")
}

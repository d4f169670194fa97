//! The local cloud in a process of its own.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tests::house::root;

use crate::programs::Programs;

/// What stands before the address in the first line that it prints.
const READY: &str = "SmartChat is ready at ";

/// Runs until it is dropped.
pub(crate) struct LocalCloud {
    child: Child,
    url: String,
    ready_after: Duration,
}

impl LocalCloud {
    /// Starts it with its data in a folder; answers when it is ready.
    pub(crate) fn start(programs: &Programs, folder: &Path) -> LocalCloud {
        let started = Instant::now();
        let mut child = Command::new(programs.path("local"))
            .args(["--port", "0", "--data-dir"])
            .arg(folder)
            .current_dir(root())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the local cloud starts");
        let mut line = String::new();
        let output = child.stdout.as_mut().expect("an output");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let url =
            line.trim_end().strip_prefix(READY).unwrap_or_else(|| panic!("not ready: {line}")).to_owned();
        LocalCloud { child, url, ready_after: started.elapsed() }
    }

    /// Where it answers.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// From the start of the process to the line that says ready.
    pub(crate) fn ready_after(&self) -> Duration {
        self.ready_after
    }
}

impl Drop for LocalCloud {
    fn drop(&mut self) {
        // An error means that it ended by itself.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

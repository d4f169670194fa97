//! A local cloud in a process of its own.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::Failure;
use crate::program::end_of;

/// What stands before the address in the first line that it prints.
const READY: &str = "The local cloud is ready at ";

/// Runs, in memory and on a free port, until it is dropped.
pub(super) struct LocalCloud {
    child: Child,
    url: String,
}

impl LocalCloud {
    /// Builds and starts it; answers when it is ready. What it logs goes into a file.
    pub(super) fn start(root: &Path, log: &Path) -> Result<Self, Failure> {
        build(root)?;
        let at = |source| Failure::File { path: log.display().to_string(), source };
        crate::write(log, "")?;
        let log_file = File::create(log).map_err(at)?;
        let binary = target(root).join("debug/local");
        let mut child = Command::new(&binary)
            .args(["--memory", "--port", "0"])
            .current_dir(root)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log_file)
            .spawn()
            .map_err(|source| Failure::File { path: binary.display().to_string(), source })?;
        match address(&mut child) {
            Some(url) => Ok(LocalCloud { child, url }),
            None => {
                end_of(&mut child);
                let said = std::fs::read_to_string(log).unwrap_or_default();
                Err(Failure::Refused(format!("the local cloud does not start\n{said}")))
            }
        }
    }

    /// Where it answers.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for LocalCloud {
    fn drop(&mut self) {
        end_of(&mut self.child);
    }
}

/// With the features of the whole workspace, so that what its tests have built is used again.
fn build(root: &Path) -> Result<(), Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(&cargo)
        .args(["build", "--quiet", "--locked", "--workspace", "--bin", "local"])
        .current_dir(root)
        .status()
        .map_err(|source| Failure::File { path: cargo.display().to_string(), source })?;
    if status.success() { Ok(()) } else { Err(Failure::Refused("the local cloud does not build".to_owned())) }
}

fn target(root: &Path) -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into)
}

/// The address in the first line; none if there is another line or none. The rest that it prints is left in the pipe,
/// which holds more than it ever says.
fn address(child: &mut Child) -> Option<String> {
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut()?).read_line(&mut line).ok()?;
    line.trim_end().strip_prefix(READY).map(str::to_owned)
}

//! ministack, an emulator of AWS, in a process of its own.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::Failure;
use crate::program::end_of;
use crate::python::Environment;

/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs on a free port of this machine alone, until it is dropped or kept.
pub(super) struct Emulator {
    child: Option<Child>,
    port: u16,
    process: u32,
}

impl Emulator {
    /// Starts it by its script; answers when it takes connections. What it logs goes into a file of the folder.
    pub(super) fn start(deploy: &Environment, script: &Path, folder: &Path) -> Result<Self, Failure> {
        let path = folder.join("emulator.log");
        let failed = |source| Failure::File { path: path.display().to_string(), source };
        crate::write(&path, "")?;
        let log = File::create(&path).map_err(failed)?;
        let port = free_port().map_err(failed)?;
        let child = Command::new(deploy.program("python"))
            .arg(script)
            .current_dir(folder)
            .env("BIND_HOST", Ipv4Addr::LOCALHOST.to_string())
            .env("GATEWAY_PORT", port.to_string())
            .env("AWS_ENDPOINT_URL", url(port))
            // Its broker for things would listen to the whole network.
            .env("IOT_MTLS_ENABLED", "false")
            .env("TMPDIR", folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone().map_err(failed)?)
            .stderr(log)
            .spawn()
            .map_err(failed)?;
        let process = child.id();
        let mut emulator = Emulator { child: Some(child), port, process };
        if emulator.listens() {
            return Ok(emulator);
        }
        drop(emulator);
        let said = std::fs::read_to_string(&path).unwrap_or_default();
        Err(Failure::Refused(format!("{said}\nthe emulator does not start")))
    }

    fn listens(&mut self) -> bool {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            let ended = self.child.as_mut().is_none_or(|child| !matches!(child.try_wait(), Ok(None)));
            if ended {
                return false;
            }
            if TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok() {
                return true;
            }
            sleep(Duration::from_millis(100));
        }
        false
    }

    /// Where it answers.
    pub(super) fn url(&self) -> String {
        url(self.port)
    }

    /// The id of its process.
    pub(super) fn process(&self) -> u32 {
        self.process
    }

    /// What leads AWS's own tools to it. It knows no accounts: any credentials do.
    pub(super) fn environment(&self) -> Vec<(String, String)> {
        let variables = [
            ("AWS_ENDPOINT_URL", self.url()),
            ("AWS_ACCESS_KEY_ID", "test".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
            ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
            ("PYTHONDONTWRITEBYTECODE", "1".to_owned()),
        ];
        variables.map(|(name, value)| (name.to_owned(), value)).to_vec()
    }

    /// Leaves it running; answers the id of its process.
    pub(super) fn keep(mut self) -> u32 {
        self.child = None;
        self.process
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            end_of(child);
        }
    }
}

fn url(port: u16) -> String {
    format!("http://{}:{port}", Ipv4Addr::LOCALHOST)
}

/// A port that was free a moment ago.
fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

//! A program that has a limited time.

use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::Failure;

/// How often a program is looked after.
const PAUSE: Duration = Duration::from_millis(20);

/// What is run, where, and where its words go.
pub(crate) struct Program {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) folder: PathBuf,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) log: PathBuf,
}

/// How it ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Succeeded,
    /// With its status.
    Failed(String),
    /// It took too long and was ended.
    Late,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Succeeded => f.write_str("passed"),
            Outcome::Failed(status) => write!(f, "failed ({status})"),
            Outcome::Late => f.write_str("took too long"),
        }
    }
}

impl Program {
    /// Runs it to its end or to the end of its time.
    pub(crate) fn run(&self, patience: Duration) -> Result<Outcome, Failure> {
        let mut child = self.start()?;
        let end = Instant::now() + patience;
        loop {
            match child.try_wait().map_err(|source| self.failed(source))? {
                Some(status) if status.success() => return Ok(Outcome::Succeeded),
                Some(status) => return Ok(Outcome::Failed(status.to_string())),
                None if Instant::now() >= end => break,
                None => sleep(PAUSE),
            }
        }
        end_of(&mut child);
        Ok(Outcome::Late)
    }

    /// What it said, on both outputs.
    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn start(&self) -> Result<Child, Failure> {
        crate::write(&self.log, "")?;
        let log = File::create(&self.log).map_err(|source| self.failed(source))?;
        let both = log.try_clone().map_err(|source| self.failed(source))?;
        Command::new(&self.program)
            .args(&self.arguments)
            .current_dir(&self.folder)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(both)
            .spawn()
            .map_err(|source| self.failed(source))
    }

    fn failed(&self, source: std::io::Error) -> Failure {
        Failure::File { path: self.program.display().to_string(), source }
    }
}

/// Ends a process and takes its status, so that nothing of it is left.
pub(crate) fn end_of(child: &mut Child) {
    // An error means that it ended by itself just now.
    let _ended = child.kill();
    let _status = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(text: &str, folder: &std::path::Path) -> Program {
        Program {
            program: "sh".into(),
            arguments: vec!["-c".into(), text.into()],
            folder: folder.to_owned(),
            environment: vec![("NAME".to_owned(), "Ann".to_owned())],
            log: folder.join("log/it.log"),
        }
    }

    #[test]
    fn success_failure_and_what_was_said_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let greets = shell("echo hello $NAME", folder.path());
        assert_eq!(greets.run(Duration::from_secs(10)).unwrap(), Outcome::Succeeded);
        assert_eq!(greets.said(), "hello Ann\n");
        let fails = shell("echo no >&2; exit 3", folder.path());
        assert!(matches!(fails.run(Duration::from_secs(10)).unwrap(), Outcome::Failed(_)));
        assert_eq!(fails.said(), "no\n");
    }

    #[test]
    fn whoever_takes_too_long_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let started = Instant::now();
        let sleeps = shell("exec sleep 60", folder.path());
        assert_eq!(sleeps.run(Duration::from_millis(100)).unwrap(), Outcome::Late);
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let mut absent = shell("", folder.path());
        absent.program = "no-such-program".into();
        let failure = absent.run(Duration::from_secs(1)).unwrap_err();
        assert!(failure.to_string().starts_with("no-such-program"), "{failure}");
    }
}

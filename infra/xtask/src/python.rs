//! Python programs in environments of their own, made when they are first needed.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Failure;
use crate::program::{Outcome, Program};

/// How long the packages of an environment may take to arrive.
const INSTALLATION: Duration = Duration::from_secs(900);

/// A copy of the list of packages, in the environment that has them all.
const STAMP: &str = "installed.txt";

/// An environment with the packages of a list in `infra/xtask/python`.
#[derive(Debug)]
pub(crate) struct Environment {
    folder: PathBuf,
}

impl Environment {
    /// The environment of this name below a folder, with its packages as the list has them now.
    pub(crate) fn ready(root: &Path, tools: &Path, name: &str) -> Result<Self, Failure> {
        let folder = std::path::absolute(tools.join(name))
            .map_err(|source| Failure::File { path: tools.display().to_string(), source })?;
        let environment = Environment { folder };
        let list = root.join("infra/xtask/python").join(name).with_extension("txt");
        let wanted = crate::read(&list)?;
        let stamp = environment.folder.join(STAMP);
        if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(environment);
        }
        crate::say(&format!("installing {}", wanted.split_whitespace().collect::<Vec<_>>().join(", ")));
        environment.install(&list)?;
        crate::write(&stamp, &wanted)?;
        Ok(environment)
    }

    /// A program of the environment, such as `python` or `sam`.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.programs().join(name)
    }

    /// The folder of its programs.
    pub(crate) fn programs(&self) -> PathBuf {
        self.folder.join("bin")
    }

    fn install(&self, list: &Path) -> Result<(), Failure> {
        let venv: [OsString; 3] = ["-m".into(), "venv".into(), self.folder.clone().into()];
        self.run("python3".into(), venv.to_vec())?;
        let pip: [OsString; 4] = ["-q".into(), "install".into(), "-r".into(), list.into()];
        self.run(self.program("pip"), pip.to_vec())
    }

    fn run(&self, program: PathBuf, arguments: Vec<OsString>) -> Result<(), Failure> {
        let log = self.folder.with_extension("log");
        Program { program, arguments, folder: ".".into(), environment: Vec::new(), log }
            .succeeds(INSTALLATION)
    }
}

impl Program {
    /// Runs it; an error, with what it said, unless it succeeds in time.
    pub(crate) fn succeeds(&self, patience: Duration) -> Result<(), Failure> {
        match self.run(patience)? {
            Outcome::Succeeded => Ok(()),
            outcome => {
                let name = self.program.file_name().unwrap_or_default().to_string_lossy().into_owned();
                Err(Failure::Refused(format!("{}\n{name}: {outcome}", self.said().trim_end())))
            }
        }
    }
}

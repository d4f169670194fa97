//! The real clients of `tests/clients`, one after another, against a local cloud of their own.

mod cloud;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use self::cloud::LocalCloud;
use crate::Failure;
use crate::program::{Outcome, Program};

/// How long one scenario may take; they take seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long the packages of Node may take to arrive.
const INSTALLATION: Duration = Duration::from_secs(600);

/// What is proved, and the program that proves it.
const SCENARIOS: [(&str, &str); 11] = [
    ("amazon-cognito-identity-js", "js/identity.mjs"),
    ("aws-amplify in Node", "js/amplify.mjs"),
    ("aws-amplify in Chromium", "js/browser.mjs"),
    ("aws-amplify by Google and LinkedIn", "js/federated.mjs"),
    ("aws-amplify with the identity pool", "js/iam.mjs"),
    ("@apollo/client", "js/apollo.mjs"),
    ("README for JavaScript", "js/readme.mjs"),
    ("pycognito", "python/srp.py"),
    ("boto3", "python/aws.py"),
    ("gql", "python/chat.py"),
    ("README for Python", "python/readme.py"),
];

/// Runs them all and says how they went; an error if one failed.
pub(crate) fn run(root: &Path, python: &Path) -> Result<String, Failure> {
    let folder = root.join("tests/clients");
    let logs = root.join("target/clients");
    install(&folder.join("js"), &logs)?;
    let python = interpreter(python)?;
    let cloud = LocalCloud::start(root, &logs.join("local.log"))?;
    let mut failed = 0;
    for (name, path) in SCENARIOS {
        let program = scenario(&folder, path, &python, cloud.url(), &logs);
        let started = Instant::now();
        let outcome = program.run(PATIENCE)?;
        let seconds = started.elapsed().as_secs_f32();
        if outcome == Outcome::Succeeded {
            crate::say(&format!("{name}: passed in {seconds:.1} s"));
            continue;
        }
        failed += 1;
        crate::say(&format!("{}\n{name}: {outcome} after {seconds:.1} s", program.said()));
    }
    let summary = format!("{} passed, {failed} failed", SCENARIOS.len() - failed);
    if failed == 0 { Ok(summary) } else { Err(Failure::Refused(summary)) }
}

/// The packages that the scenarios use, unless they are there.
fn install(folder: &Path, logs: &Path) -> Result<(), Failure> {
    if folder.join("node_modules").is_dir() {
        return Ok(());
    }
    let arguments = ["ci", "--no-audit", "--no-fund", "--loglevel=error"].map(Into::into).to_vec();
    let npm = Program {
        program: "npm".into(),
        arguments,
        folder: folder.to_owned(),
        environment: Vec::new(),
        log: logs.join("npm.log"),
    };
    match npm.run(INSTALLATION)? {
        Outcome::Succeeded => Ok(()),
        outcome => Err(Failure::Refused(format!("{}\nnpm ci: {outcome}", npm.said()))),
    }
}

/// A path is made absolute, because scenarios run in their own folders; a bare name is looked up by the system.
fn interpreter(python: &Path) -> Result<PathBuf, Failure> {
    if python.components().count() == 1 {
        return Ok(python.to_owned());
    }
    std::path::absolute(python).map_err(|source| Failure::File { path: python.display().to_string(), source })
}

fn scenario(folder: &Path, path: &str, python: &Path, url: &str, logs: &Path) -> Program {
    let path = Path::new(path);
    let is_python = path.extension().is_some_and(|extension| extension == "py");
    let name = path.file_name().unwrap_or_default();
    Program {
        program: if is_python { python.to_owned() } else { "node".into() },
        arguments: vec![name.to_owned()],
        folder: folder.join(path.parent().unwrap_or(Path::new(""))),
        environment: vec![
            ("SMARTCHAT_URL".to_owned(), url.to_owned()),
            ("PYTHONDONTWRITEBYTECODE".to_owned(), "1".to_owned()),
        ],
        log: logs.join(path.with_extension("log").file_name().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a file of `tests/clients` is a scenario rather than a part of several.
    fn is_scenario(text: &str) -> bool {
        text.contains("await scenario(") || text.contains("local.finish(")
    }

    #[test]
    fn every_scenario_is_run() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/clients");
        let mut found = Vec::new();
        for language in ["js", "python"] {
            for entry in std::fs::read_dir(folder.join(language)).unwrap() {
                let entry = entry.unwrap();
                let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
                if is_scenario(&text) {
                    found.push(format!("{language}/{}", entry.file_name().to_string_lossy()));
                }
            }
        }
        found.sort();
        let mut run: Vec<_> = SCENARIOS.iter().map(|(_, path)| (*path).to_owned()).collect();
        run.sort();
        assert_eq!(found, run);
    }

    #[test]
    fn a_name_is_looked_up_and_a_path_is_made_absolute() {
        assert_eq!(interpreter(Path::new("python3")).unwrap(), Path::new("python3"));
        assert!(interpreter(Path::new("venv/bin/python")).unwrap().is_absolute());
    }
}

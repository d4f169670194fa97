//! `cargo xtask templates`: what SAM makes of the templates, under the eyes of cfn-lint and checkov, and within limits.

mod size;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use self::size::Size;
use crate::Failure;
use crate::program::Program;
use crate::python::Environment;

/// How long a checker may take; each takes half a minute.
const PATIENCE: Duration = Duration::from_secs(600);

/// Checks all templates and reports how large each stack is.
pub(crate) fn run(root: &Path, tools: &Path) -> Result<String, Failure> {
    let root = &std::path::absolute(root)
        .map_err(|source| Failure::File { path: root.display().to_string(), source })?;
    let folder = root.join("target/templates");
    let sam = Environment::ready(root, tools, "sam")?;
    let checkov = Environment::ready(root, tools, "checkov")?;
    transform(root, &sam, &folder)?;
    let sizes = Size::of_all(&folder)?;

    let mut arguments = vec!["--".into()];
    arguments.extend(sizes.iter().map(|size| folder.join(&size.file).into()));
    checker(root, sam.program("cfn-lint"), arguments).succeeds(PATIENCE)?;
    crate::say(&format!("cfn-lint: nothing to say about {} transformed templates", sizes.len()));

    let arguments: [OsString; 4] =
        ["--config-file".into(), ".checkov.yaml".into(), "--directory".into(), resolved(&folder)?.into()];
    let checkov = checker(root, checkov.program("checkov"), arguments.to_vec());
    checkov.succeeds(PATIENCE)?;
    crate::say(
        "checkov: nothing beyond the exceptions of .checkov.yaml, with all options off and with all on",
    );

    size::report(&sizes)
}

/// Writes what CloudFormation will see of each template into a folder; see `python/transform.py`.
pub(crate) fn transform(root: &Path, sam: &Environment, folder: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(folder) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            return Err(Failure::File { path: folder.display().to_string(), source });
        }
        _ => {}
    }
    let script = root.join("infra/xtask/python/transform.py");
    let mut arguments: Vec<OsString> = vec![script.into(), folder.into()];
    arguments.extend(sources(root)?.into_iter().map(OsString::from));
    checker(root, sam.program("python"), arguments).succeeds(PATIENCE)
}

/// The root template and those of the areas.
fn sources(root: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = vec![root.join("template.yaml")];
    found.extend(files(&root.join("infra"), |name| name.ends_with(".yaml"))?);
    Ok(found)
}

/// A folder with the variants without conditions alone.
fn resolved(folder: &Path) -> Result<PathBuf, Failure> {
    let place = folder.join("resolved");
    for path in files(folder, |name| name.ends_with(".plain.json") || name.ends_with(".full.json"))? {
        let name = path.file_name().unwrap_or_default();
        crate::write(&place.join(name), &crate::read(&path)?)?;
    }
    Ok(place)
}

/// The files of a folder whose names fit, in order.
fn files(folder: &Path, fits: fn(&str) -> bool) -> Result<Vec<PathBuf>, Failure> {
    let failed = |source| Failure::File { path: folder.display().to_string(), source };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.file_name().is_some_and(|name| fits(&name.to_string_lossy())) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// A program that runs in the root of the repository and needs no account.
fn checker(root: &Path, program: PathBuf, arguments: Vec<OsString>) -> Program {
    let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let environment = [("AWS_DEFAULT_REGION", "us-east-1"), ("SAM_CLI_TELEMETRY", "0")];
    Program {
        program,
        arguments,
        folder: root.to_owned(),
        environment: environment.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        log: root.join("target").join(format!("templates-{name}.log")),
    }
}

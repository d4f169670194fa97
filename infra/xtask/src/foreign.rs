//! The foreign project of `tests/foreign` with its real functions, served by `cargo lambda watch`.

use std::path::Path;
use std::time::Duration;

use crate::Failure;
use crate::program::Program;
use crate::python::Environment;

/// How long it may take to build the functions and the tests, on a cold machine.
const PATIENCE: Duration = Duration::from_secs(1_800);

/// Runs the scenarios of `tests/it/foreign`, told where `cargo-lambda` is.
pub(crate) fn run(root: &Path, tools: &Path) -> Result<String, Failure> {
    let environment = Environment::ready(root, tools, "cargo-lambda")?;
    let program = environment.program("cargo-lambda");
    crate::say("serving tests/foreign with cargo lambda watch; the first build takes a minute");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["test", "--quiet", "--locked", "--workspace", "--test", "it", "--", "foreign::"];
    Program {
        program: cargo.into(),
        arguments: arguments.map(Into::into).to_vec(),
        folder: root.to_owned(),
        environment: vec![("CARGO_LAMBDA".to_owned(), program.display().to_string())],
        log: root.join("target/foreign.log"),
    }
    .succeeds(PATIENCE)?;
    Ok("the foreign project is served by its template, its functions by cargo lambda watch".to_owned())
}

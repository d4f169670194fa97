//! The tasks of the repository: `cargo xtask help`.

mod clients;
mod link;
mod name;
mod new_function;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::name::Field;

/// Tasks of this repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Write the crate of a new function, put it into the local cloud, and say what is left to do.
    NewFunction {
        /// The field that it answers, such as Mutation.addContact or Message.sender.
        field: Field,
        /// The area that it belongs to: a folder of functions/.
        #[arg(long)]
        area: String,
    },
    /// Put every function crate into the local cloud: its dependencies and its table.
    LinkFunctions,
    /// Run the real clients of tests/clients against a local cloud in memory.
    Clients {
        /// A Python that has the packages of tests/clients/python/requirements.txt.
        #[arg(long, value_name = "PATH", default_value = "python3")]
        python: PathBuf,
    },
}

/// Why a task fails.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{path}: {source}")]
    File { path: String, source: std::io::Error },
    #[error("{0}")]
    Refused(String),
}

fn main() -> ExitCode {
    match run(Arguments::parse().task, Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").as_path()) {
        Ok(report) => say(&report),
        Err(failure) => {
            complain(&failure.to_string());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn run(task: Task, root: &Path) -> Result<String, Failure> {
    match task {
        Task::NewFunction { field, area } => new_function::run(root, &field, &area),
        Task::Clients { python } => clients::run(root, &python),
        Task::LinkFunctions => {
            link::run(root).map(|count| format!("{count} functions are in the local cloud"))
        }
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|source| Failure::File { path: path.display().to_string(), source })
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let written = match path.parent() {
        Some(folder) => std::fs::create_dir_all(folder).and_then(|()| std::fs::write(path, text)),
        None => std::fs::write(path, text),
    };
    written.map_err(|source| Failure::File { path: path.display().to_string(), source })
}

#[expect(clippy::print_stdout, reason = "what a task has to say")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "why a task failed")]
fn complain(text: &str) {
    eprintln!("{text}");
}

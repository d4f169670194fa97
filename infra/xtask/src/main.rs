//! The tasks of the repository: `cargo xtask help`.

mod clients;
mod deploy_check;
mod foreign;
mod link;
mod name;
mod new_function;
mod price;
mod program;
mod python;
mod sizes;
mod templates;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::deploy_check::Afterwards;
use crate::name::Field;
use crate::sizes::Purpose;

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
    /// Build everything with SAM, deploy it into an emulator of AWS that is not ours, compare, sign in and chat.
    DeployCheck {
        /// Where Python environments are kept.
        #[arg(long, value_name = "FOLDER", default_value = TOOLS)]
        tools: PathBuf,
        /// Leave the emulator running.
        #[arg(long)]
        keep: bool,
    },
    /// Check what SAM makes of the templates with cfn-lint and checkov, and how large each stack is.
    Templates {
        /// Where Python environments are kept.
        #[arg(long, value_name = "FOLDER", default_value = TOOLS)]
        tools: PathBuf,
    },
    /// Serve the foreign project of tests/foreign, its functions by cargo lambda watch, and run its scenario.
    Foreign {
        /// Where Python environments are kept.
        #[arg(long, value_name = "FOLDER", default_value = TOOLS)]
        tools: PathBuf,
    },
    /// Put every function crate into the local cloud: its dependencies and its table.
    LinkFunctions,
    /// Run the real clients of tests/clients against a local cloud in memory.
    Clients {
        /// A Python that has the packages of tests/clients/python/requirements.txt.
        #[arg(long, value_name = "PATH", default_value = "python3")]
        python: PathBuf,
    },
    /// What a month costs at list prices, from the counted units of docs/costs.md.
    Cost(price::Question),
    /// Build some functions and say how large they are.
    Sizes {
        /// Fail if one grew by more than 5 % since the table in docs/benchmarks.md, or is over the budget.
        #[arg(long, conflicts_with = "write")]
        check: bool,
        /// Write the table anew.
        #[arg(long)]
        write: bool,
        /// The profile to build with; `published` takes minutes.
        #[arg(long, value_name = "NAME", default_value = "release")]
        profile: String,
    },
}

/// The Python environments of tasks that need some, from the folder that cargo was called in.
const TOOLS: &str = "target/ci-tools";

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
        Task::DeployCheck { tools, keep } => {
            let afterwards = if keep { Afterwards::Keep } else { Afterwards::Stop };
            deploy_check::run(root, &tools, afterwards)
        }
        Task::Templates { tools } => templates::run(root, &tools),
        Task::Foreign { tools } => foreign::run(root, &tools),
        Task::Clients { python } => clients::run(root, &python),
        Task::Sizes { check, write, profile } => sizes::run(root, &profile, purpose(check, write)),
        Task::Cost(question) => price::run(root, question),
        Task::LinkFunctions => {
            link::run(root).map(|count| format!("{count} functions are in the local cloud"))
        }
    }
}

fn purpose(check: bool, write: bool) -> Purpose {
    match (check, write) {
        (true, _) => Purpose::Check,
        (_, true) => Purpose::Write,
        _ => Purpose::Show,
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

//! How to start the local cloud.

use std::collections::BTreeMap;
use std::path::PathBuf;

use local_aws::dynamodb::Plan;

/// The name of the root stack unless another is given.
pub(crate) const STACK: &str = "smartchat";

/// How to start the local cloud.
#[derive(Debug, Clone)]
pub struct Options {
    /// The port on `127.0.0.1`; 0 for any free one.
    pub port: u16,
    /// Where data is kept.
    pub storage: Storage,
    /// The root template.
    pub template: PathBuf,
    /// Parameters of the root template that differ from their defaults.
    pub parameters: BTreeMap<String, String>,
    /// The schema to take in place of the one that the template names.
    pub schema: Option<PathBuf>,
    /// The name of the root stack, which enters the names and ids of resources.
    pub stack_name: String,
    /// Where functions run.
    pub functions: Functions,
    /// Whether the seed people are there.
    pub people: People,
    /// Faults in force from the start.
    pub faults: Option<Plan>,
}

/// Where data is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Storage {
    /// In files in this directory, which is made if it is absent.
    Directory(PathBuf),
    /// Nowhere; it ends with the process.
    Memory,
}

/// Where functions run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Functions {
    /// In this process.
    Here,
    /// Behind the Lambda API at this URL, such as that of `cargo lambda watch`.
    At(String),
    /// These behind the Lambda API at a URL, the others in this process.
    Some {
        /// The URL.
        at: String,
        /// Their names.
        names: Vec<String>,
    },
}

/// Whether the seed people are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum People {
    /// Nobody but those who sign up.
    None,
    /// `alice`, `bob`, `carol` and `dan`, signed up and confirmed.
    Seeded,
}

impl Storage {
    /// The directory, if there is one.
    pub fn directory(&self) -> Option<&std::path::Path> {
        match self {
            Storage::Directory(path) => Some(path),
            Storage::Memory => None,
        }
    }
}

impl Options {
    /// For tests: any port, in memory, functions in this process, nobody there.
    pub fn for_tests(template: impl Into<PathBuf>) -> Self {
        Options {
            port: 0,
            storage: Storage::Memory,
            template: template.into(),
            parameters: BTreeMap::new(),
            schema: None,
            stack_name: STACK.to_owned(),
            functions: Functions::Here,
            people: People::None,
            faults: None,
        }
    }
}

//! The command line.

use std::path::{Path, PathBuf};

use clap::{Parser, ValueEnum};
use local_aws::dynamodb::Plan;

use crate::options::{Functions, Options, People, STACK, Storage};

const TEMPLATE: &str = "template.yaml";

/// A back end of AppSync and Lambda on this machine: AppSync with subscriptions, Cognito, DynamoDB with streams,
/// EventBridge, mail and push, and the functions, in one process and on one port.
///
/// It reads template.yaml, the templates that it nests, schema.graphql and the resolver scripts, and refuses what AWS
/// would refuse. Open the printed address in a browser for the endpoints, the confirmation codes and the request log.
/// docs/local-cloud.md says what is faithful, what is stricter and what is missing.
#[derive(Debug, Parser)]
#[command(name = "local", version, max_term_width = 100)]
pub struct Arguments {
    /// The port on 127.0.0.1, for HTTP, HTTPS and WebSocket alike; 0 takes any free one.
    #[arg(long, default_value_t = 4000)]
    port: u16,

    /// Where data is kept from one start to the next; .local beside the template if not given. Delete it to begin anew.
    #[arg(long, value_name = "DIRECTORY", conflicts_with = "memory")]
    data_dir: Option<PathBuf>,

    /// Keep nothing: data ends with the process.
    #[arg(long)]
    memory: bool,

    /// Sign up alice, bob, carol and dan, unless they are there, and print how they sign in.
    #[arg(long)]
    seed: bool,

    /// Run functions elsewhere: the address of `cargo lambda watch`, such as http://127.0.0.1:9000.
    ///
    /// A function is called by the name of its binary (Metadata.BuildProperties.Binary, or the package in CodeUri), and
    /// one that cargo does not build by its name in the template, as `sam local start-lambda` has it.
    ///
    /// Give the watcher what its functions need: `curl -s localhost:4000/_local/env > .env.local`, then
    /// `cargo lambda watch --env-file .env.local`. They then act as the developer, who may do everything.
    #[arg(long, value_name = "URL")]
    invoke_url: Option<String>,

    /// Run only this function at --invoke-url, such as get-me; may be repeated. The others run in this process.
    #[arg(long, value_name = "FUNCTION", requires = "invoke_url")]
    live: Vec<String>,

    /// The root template; template.yaml of this folder or the nearest above it if not given.
    ///
    /// Any SAM or CloudFormation project with an AppSync API will do; its functions run at --invoke-url. What cannot be
    /// followed is refused by template, resource and property.
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,

    /// The schema, in place of the one that the template names: for schemas that are built, or lie in a bucket.
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,

    /// The name of the root stack, which enters the names and ids of resources.
    #[arg(long, value_name = "NAME", default_value = STACK)]
    stack_name: String,

    /// A parameter of the root template, such as Stage=prod; may be repeated.
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = parameter)]
    parameters: Vec<(String, String)>,

    /// Let DynamoDB and the streams fail, by rates from 0 to 1: seed=1,throttle=0.05,lostAfter=0.01.
    ///
    /// The same seed gives the same faults. functions=send-message+mark-read strikes only these. All names are in
    /// docs/local-cloud.md; a running cloud takes a plan at /_local/faults.
    #[arg(long, value_name = "NAME=VALUE,…")]
    faults: Option<Plan>,

    /// How much to log on the standard error.
    #[arg(long, value_enum, default_value_t = LogLevel::Warn)]
    log_level: LogLevel,
}

/// How much to log.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum LogLevel {
    /// What does not work.
    Error,
    /// What may not work.
    Warn,
    /// Each invocation.
    Info,
    /// Each step.
    Debug,
    /// Everything, of libraries too.
    Trace,
}

impl Arguments {
    /// How much to log, as `tracing` names it.
    pub fn log_filter(&self) -> &'static str {
        match self.log_level {
            LogLevel::Error => "error,s3s=off",
            LogLevel::Warn => "warn,s3s=off",
            LogLevel::Info => {
                "warn,s3s=off,local=info,lambda=info,local_appsync=info,local_aws=info,local_cognito=info"
            }
            LogLevel::Debug => {
                "info,s3s=off,local=debug,lambda=debug,local_appsync=debug,local_aws=debug,local_cognito=debug"
            }
            LogLevel::Trace => "trace",
        }
    }

    /// The options that these arguments mean.
    pub fn options(self) -> Options {
        let template = self.template.unwrap_or_else(nearest_template);
        let beside = || template.parent().unwrap_or(Path::new("")).join(".local");
        let storage = match self.memory {
            true => Storage::Memory,
            false => Storage::Directory(self.data_dir.unwrap_or_else(beside)),
        };
        Options {
            port: self.port,
            storage,
            template,
            parameters: self.parameters.into_iter().collect(),
            schema: self.schema,
            stack_name: self.stack_name,
            functions: functions(self.invoke_url, self.live),
            people: if self.seed { People::Seeded } else { People::None },
            faults: self.faults,
        }
    }
}

fn functions(url: Option<String>, live: Vec<String>) -> Functions {
    match url {
        None => Functions::Here,
        Some(url) if live.is_empty() => Functions::At(url),
        Some(at) => Functions::Some { at, names: live },
    }
}

/// So that the command works in every folder of the repository.
fn nearest_template() -> PathBuf {
    let here = PathBuf::from(TEMPLATE);
    let Ok(folder) = std::env::current_dir() else { return here };
    let found = folder.ancestors().map(|folder| folder.join(TEMPLATE)).find(|template| template.is_file());
    match found {
        Some(found) if found.parent() != Some(&folder) => found,
        _ => here,
    }
}

fn parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(line: &str) -> Options {
        Arguments::try_parse_from(line.split_whitespace()).unwrap().options()
    }

    #[test]
    fn without_arguments_it_finds_the_template_and_keeps_data_beside_it() {
        let options = options("local");
        assert_eq!(options.port, 4000);
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
        assert_eq!(options.template, root.join("template.yaml"));
        assert_eq!(options.storage, Storage::Directory(root.join(".local")));
        assert_eq!(options.functions, Functions::Here);
        assert_eq!(options.people, People::None);
    }

    #[test]
    fn parameters_of_the_template_are_named() {
        assert_eq!(options("local --parameter Stage=prod").parameters["Stage"], "prod");
        assert!(Arguments::try_parse_from(["local", "--parameter", "Stage"]).is_err());
    }

    #[test]
    fn faults_are_named_with_their_rates() {
        let faults = options("local --faults seed=1,throttle=0.05").faults;
        assert_eq!(faults, Some(Plan { seed: 1, throttle: 0.05, ..Plan::default() }));
        assert!(Arguments::try_parse_from(["local", "--faults", "trottle=0.05"]).is_err());
    }

    #[test]
    fn functions_run_here_elsewhere_or_both() {
        assert_eq!(options("local --invoke-url http://x").functions, Functions::At("http://x".to_owned()));
        let some = Functions::Some { at: "http://x".to_owned(), names: vec!["get-me".to_owned()] };
        assert_eq!(options("local --invoke-url http://x --live get-me").functions, some);
        assert!(Arguments::try_parse_from(["local", "--live", "get-me"]).is_err());
    }

    #[test]
    fn memory_and_a_directory_exclude_each_other() {
        assert!(Arguments::try_parse_from(["local", "--memory", "--data-dir", "x"]).is_err());
        assert_eq!(options("local --memory").storage, Storage::Memory);
    }
}

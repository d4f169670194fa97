//! `cargo xtask deploy-check`: the whole application, built and deployed by SAM into an AWS that is not ours, and used.

mod emulator;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use self::emulator::Emulator;
use crate::Failure;
use crate::program::Program;
use crate::python::Environment;
use crate::templates::transform;

/// The stack; another name than that of any stage, because names that clash are found so.
const STACK: &str = "smartchat-check";

/// How long the first build of everything may take on a small and busy machine.
const BUILD: Duration = Duration::from_secs(5_400);

/// How long deployment, and the checks after it, may take.
const PATIENCE: Duration = Duration::from_secs(1_200);

/// Whether the emulator outlives the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Afterwards {
    /// It is ended.
    Stop,
    /// It goes on, for whoever wants to look around.
    Keep,
}

/// Builds, deploys and checks; what was found goes to the standard output.
pub(crate) fn run(root: &Path, tools: &Path, afterwards: Afterwards) -> Result<String, Failure> {
    let started = Instant::now();
    let root = std::path::absolute(root)
        .map_err(|source| Failure::File { path: root.display().to_string(), source })?;
    let sam = Environment::ready(&root, tools, "sam")?;
    let deploy = Environment::ready(&root, tools, "deploy")?;
    let folder = root.join("target/deploy-check");
    let check = Check { root, folder, sam, deploy };
    check.build()?;
    let script = check.root.join("infra/xtask/python/emulator.py");
    let emulator = Emulator::start(&check.deploy, &script, &check.folder)?;
    crate::say(&format!("the emulator answers at {}, process {}", emulator.url(), emulator.process()));
    check.deploy(&emulator)?;
    let verdict = check.look(&emulator);
    let minutes = started.elapsed().as_secs_f32() / 60.0;
    match afterwards {
        Afterwards::Keep => {
            let kept = emulator.keep();
            crate::say(&format!("the emulator stays; end it with: kill {kept}"));
        }
        Afterwards::Stop => drop(emulator),
    }
    verdict.map(|said| format!("{said}\npassed in {minutes:.0} minutes"))
}

/// What every step needs.
struct Check {
    root: PathBuf,
    folder: PathBuf,
    sam: Environment,
    deploy: Environment,
}

impl Check {
    fn build(&self) -> Result<(), Failure> {
        crate::say("sam build: all functions, which takes minutes the first time");
        let built = self.folder.join("build").into_os_string();
        let arguments = ["build", "--template", "template.yaml", "--build-dir"].map(OsString::from).to_vec();
        let build = self.sam("build", [arguments, vec![built], overrides()].concat(), Vec::new());
        build.succeeds(BUILD)
    }

    fn deploy(&self, emulator: &Emulator) -> Result<(), Failure> {
        crate::say("sam deploy: all stacks");
        let template = self.folder.join("build/template.yaml").into_os_string();
        let arguments = [
            "deploy",
            "--stack-name",
            STACK,
            "--resolve-s3",
            "--no-confirm-changeset",
            "--no-progressbar",
            "--capabilities",
            "CAPABILITY_IAM",
            "CAPABILITY_AUTO_EXPAND",
            "--template-file",
        ];
        let arguments = [arguments.map(OsString::from).to_vec(), vec![template], overrides()].concat();
        self.sam("deploy", arguments, emulator.environment()).succeeds(PATIENCE)
    }

    /// Compares what is there with the templates, and uses it; see `python/deployed.py`.
    fn look(&self, emulator: &Emulator) -> Result<String, Failure> {
        let templates = self.folder.join("templates");
        transform(&self.root, &self.sam, &templates)?;
        let script = self.root.join("infra/xtask/python/deployed.py");
        let look = Program {
            program: self.deploy.program("python"),
            arguments: vec![script.into(), STACK.into(), templates.into(), self.root.clone().into()],
            folder: self.root.clone(),
            environment: emulator.environment(),
            log: self.folder.join("look.log"),
        };
        look.succeeds(PATIENCE)?;
        Ok(look.said().trim_end().to_owned())
    }

    /// The SAM CLI in the root of the repository, with `cargo-lambda` and the linker that it wants.
    fn sam(&self, step: &str, arguments: Vec<OsString>, mut environment: Vec<(String, String)>) -> Program {
        let old = std::env::var_os("PATH").unwrap_or_default();
        environment.extend([
            ("PATH".to_owned(), format!("{}:{}", self.deploy.programs().display(), old.to_string_lossy())),
            ("SAM_CLI_TELEMETRY".to_owned(), "0".to_owned()),
            ("AWS_DEFAULT_REGION".to_owned(), "us-east-1".to_owned()),
            // cargo lambda builds with flags of its own: apart, neither build has to do the other's work again.
            ("CARGO_TARGET_DIR".to_owned(), self.folder.join("target").display().to_string()),
        ]);
        Program {
            program: self.sam.program("sam"),
            arguments,
            folder: self.root.clone(),
            environment,
            log: self.folder.join(format!("{step}.log")),
        }
    }
}

/// For the processor of this machine, so that the functions run here.
fn overrides() -> Vec<OsString> {
    let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };
    vec!["--parameter-overrides".into(), format!("Architecture={architecture}").into()]
}

//! How a function starts: `send-message`, a bare echo and a Node handler, on a Runtime API that is as fast as can be.
//!
//! No table is named, so that nothing is connected to: what is timed is the program alone.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use crate::figures;
use crate::programs::{Programs, node};
use crate::runtime::{self, Start};
use crate::server::comparison;

/// A program that serves events.
struct Program {
    name: &'static str,
    /// The program and its arguments.
    command: Vec<PathBuf>,
    /// What is deployed of it, if it is one file of ours.
    file: Option<PathBuf>,
}

/// Whether there is anything to compare with that needs Node.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rivals {
    None,
    Node,
}

#[expect(clippy::print_stdout, reason = "the result")]
pub(crate) async fn measure(programs: &Programs, starts: usize, rivals: Rivals) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut all = vec![
        native("echo", programs.path("examples/echo")),
        native("send-message", programs.path("send-message")),
    ];
    if rivals == Rivals::Node {
        all.push(scripted("Node handler", comparison().join("bootstrap.mjs")));
        all.push(scripted("Node handler, bundled", bundle(folder.path())));
    }
    let mut times: Vec<Vec<Start>> = all.iter().map(|_| Vec::new()).collect();
    // Interleaved, so that whatever else the machine does meets all. The first of each reads the disk.
    for round in 0..=starts {
        for (program, times) in all.iter().zip(&mut times) {
            let mut command = Command::new(&program.command[0]);
            let start = runtime::start(command.args(&program.command[1..])).await;
            if round > 0 {
                times.push(start);
            }
        }
    }
    for (program, starts) in all.iter().zip(&times) {
        let name = program.name;
        let nexts: Vec<_> = starts.iter().map(|start| start.first_next).collect();
        let processor: Vec<_> = starts.iter().map(|start| start.processor).collect();
        let memories: Vec<_> = starts.iter().map(|start| start.memory).collect();
        println!("| {name}, start to first `/next` | {} |", figures::median(&nexts));
        println!("| {name}, start against echo | {:.2} times |", against(starts, &times[0]));
        println!("| {name}, processor time until the answer | {:.0} ms |", figures::middle(&processor));
        println!("| {name}, memory after one event | {:.1} MB |", figures::middle(&memories));
        if let Some(file) = &program.file {
            let (bytes, packed) = size(file);
            println!("| {name}, size and deflated | {bytes:.1} MB, {packed:.1} MB |");
        }
    }
}

fn native(name: &'static str, file: PathBuf) -> Program {
    Program { name, command: vec![file.clone()], file: Some(file) }
}

fn scripted(name: &'static str, script: PathBuf) -> Program {
    Program { name, command: vec![node(), script], file: None }
}

/// One file with all that the handler needs, as it is deployed by those who care for their starts.
fn bundle(folder: &Path) -> PathBuf {
    let script = folder.join("bundle.mjs");
    let banner =
        "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
    let mut esbuild = Command::new(node());
    esbuild
        .current_dir(comparison())
        .args(["node_modules/esbuild/bin/esbuild", "bootstrap.mjs", "--bundle", "--minify"])
        .args(["--platform=node", "--format=esm", "--log-level=error"])
        .arg(format!("--banner:js={banner}"))
        .arg(format!("--outfile={}", script.display()));
    assert!(esbuild.status().expect("esbuild starts").success(), "the handler is not bundled");
    script
}

/// The median of the ratios of each round.
fn against(these: &[Start], those: &[Start]) -> f64 {
    let ratio =
        |(this, that): (&Start, &Start)| this.first_next.as_secs_f64() / that.first_next.as_secs_f64();
    figures::middle(&these.iter().zip(those).map(ratio).collect::<Vec<_>>())
}

/// The size of a file in MB, as it is and as an archive holds it.
#[expect(clippy::cast_precision_loss, reason = "a few million")]
fn size(path: &Path) -> (f64, f64) {
    let bytes = fs::read(path).expect("a program");
    let mut packer = DeflateEncoder::new(Vec::new(), Compression::best());
    packer.write_all(&bytes).expect("memory");
    let packed = packer.finish().expect("memory");
    (bytes.len() as f64 / 1e6, packed.len() as f64 / 1e6)
}

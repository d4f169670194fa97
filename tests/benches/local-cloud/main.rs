//! How fast the local cloud and the functions are, on this machine: `cargo bench -p tests`.
//!
//! `-- --smoke` does everything once and in small, to see that it works; figures of such a run mean nothing.
//! `-- --built` measures programs that were built before.
//! The figures of the project are in `docs/benchmarks.md`.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a program for people, which ends where it fails"
)]

mod cloud;
mod figures;
mod functions;
mod load;
mod programs;

use cloud::LocalCloud;
use programs::Programs;

/// How much is measured.
#[derive(Clone, Copy)]
struct Scale {
    /// Starts of each program.
    starts: usize,
    /// Messages of each writer.
    messages: usize,
    /// Messages whose delivery is timed.
    deliveries: usize,
    /// Members of the large group.
    audience: usize,
    /// Messages into the large group.
    announcements: usize,
}

const FULL: Scale = Scale { starts: 15, messages: 200, deliveries: 500, audience: 100, announcements: 50 };
const SMOKE: Scale = Scale { starts: 2, messages: 3, deliveries: 5, audience: 5, announcements: 2 };
const WRITERS: usize = 16;

#[tokio::main]
async fn main() {
    let is_given = |option| std::env::args().any(|argument| argument == option);
    let scale = if is_given("--smoke") { SMOKE } else { FULL };
    let programs = if is_given("--built") { Programs::built() } else { Programs::build() };
    println!("| what | figure |\n|---|--:|");
    functions::measure(&programs, scale.starts).await;
    starting(&programs, scale);
    let folder = tempfile::tempdir().expect("a folder");
    let cloud = LocalCloud::start(&programs, folder.path());
    load::measure(&cloud, scale).await;
    let memory = programs::memory(cloud.id());
    println!("| local cloud, memory after all that | {memory:.0} MB |");
}

/// From the start of the process to the line that says ready, with an empty data folder and with one that is there.
fn starting(programs: &Programs, scale: Scale) {
    let (mut first, mut again, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..scale.starts {
        let folder = tempfile::tempdir().expect("a folder");
        first.push(LocalCloud::start(programs, folder.path()).ready_after());
        let cloud = LocalCloud::start(programs, folder.path());
        again.push(cloud.ready_after());
        memory.push(programs::memory(cloud.id()));
    }
    println!("| local cloud, ready for the first time | {} |", figures::median(&first));
    println!("| local cloud, ready again | {} |", figures::median(&again));
    println!("| local cloud, memory when idle | {:.0} MB |", figures::middle(&memory));
}

//! How fast the local cloud and the functions are, on this machine: `cargo bench -p tests`.
//!
//! - `-- --simulator` compares with Amplify's simulator and with a Node handler instead; first
//!   `npm ci --ignore-scripts` in `tests/clients/simulator`.
//! - `-- --growth` counts what operations cost while conversations grow, instead.
//! - `-- --smoke` does everything once and in small, to see that it works; figures of such a run mean nothing.
//! - `-- --built` measures programs that were built before.
//!
//! The figures of the project are in `docs/benchmarks.md`.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a program for people, which ends where it fails"
)]

mod contest;
mod figures;
mod functions;
mod growth;
mod idle;
mod load;
mod programs;
mod runtime;
mod server;
mod side;
mod talk;
mod wire;

use functions::Rivals;
use growth::Sizes;
use programs::Programs;
use server::Server;

/// How much is measured.
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
    /// The comparison with the simulator.
    contest: contest::Scale,
    /// How far conversations grow.
    sizes: Sizes,
}

const FULL: Scale = Scale {
    starts: 15,
    messages: 200,
    deliveries: 500,
    audience: 100,
    announcements: 50,
    contest: contest::Scale { rounds: 5, messages: [300, 200, 50, 50], idle: 10_000 },
    sizes: Sizes { messages: [1, 1_000, 100_000], members: [2, 100, 1_000] },
};
const SMOKE: Scale = Scale {
    starts: 2,
    messages: 3,
    deliveries: 5,
    audience: 5,
    announcements: 2,
    contest: contest::Scale { rounds: 1, messages: [5, 5, 2, 2], idle: 50 },
    sizes: Sizes { messages: [1, 10, 60], members: [2, 4, 10] },
};

#[tokio::main]
async fn main() {
    let is_given = |option| std::env::args().any(|argument| argument == option);
    let scale = if is_given("--smoke") { SMOKE } else { FULL };
    if is_given("--growth") {
        return growth::measure(&scale.sizes).await;
    }
    let programs = if is_given("--built") { Programs::built() } else { Programs::build() };
    println!("| what | figure |\n|---|--:|");
    if is_given("--simulator") {
        functions::measure(&programs, scale.starts, Rivals::Node).await;
        return contest::compare(&programs, scale.contest).await;
    }
    functions::measure(&programs, scale.starts, Rivals::None).await;
    starting(&programs, scale.starts);
    let folder = tempfile::tempdir().expect("a folder");
    let cloud = Server::local_cloud(&programs, folder.path());
    load::measure(&cloud, &scale).await;
    println!("| local cloud, memory after all that | {:.0} MB |", cloud.memory());
}

/// From the start of the process to the line that says ready, with an empty data folder and with one that is there.
fn starting(programs: &Programs, starts: usize) {
    let (mut first, mut again, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..starts {
        let folder = tempfile::tempdir().expect("a folder");
        first.push(Server::local_cloud(programs, folder.path()).ready_after());
        let cloud = Server::local_cloud(programs, folder.path());
        again.push(cloud.ready_after());
        memory.push(cloud.memory());
    }
    println!("| local cloud, ready for the first time | {} |", figures::median(&first));
    println!("| local cloud, ready again | {} |", figures::median(&again));
    println!("| local cloud, memory when idle | {:.0} MB |", figures::middle(&memory));
}

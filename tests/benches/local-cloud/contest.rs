//! Side by side: SmartChat, the local cloud with a bare API, and Amplify's simulator, in turn, round after round.

use crate::figures;
use crate::idle;
use crate::programs::Programs;
use crate::server::Server;
use crate::side::Side;
use crate::talk::{self, Outcome, Talk};

/// How much is compared.
#[derive(Clone, Copy)]
pub(crate) struct Scale {
    /// How often everything is done on each side.
    pub(crate) rounds: usize,
    /// Messages of the one writer with 1, 10 and 100 listeners, and of each of many writers.
    pub(crate) messages: [usize; 4],
    /// Subscriptions that get nothing.
    pub(crate) idle: usize,
}

/// What the sides are called; the last is what the others are compared with.
const SIDES: [&str; 3] = ["SmartChat, durable", "local cloud, bare API", "simulator"];
const SCENES: [&str; 4] = [
    "1 writer, 1 listener",
    "1 writer, 10 listeners",
    "1 writer, 100 listeners",
    "16 writers, 1 listener each",
];

/// What was measured in one scene on one side, round by round.
#[derive(Default)]
struct Row {
    rates: Vec<f64>,
    p99s: Vec<f64>,
    lost: usize,
    doubled: usize,
    reordered: usize,
}

pub(crate) async fn compare(programs: &Programs, scale: Scale) {
    starts(programs, scale.rounds);
    let folder = tempfile::tempdir().expect("a folder");
    let sides = [
        Side::smart_chat(Server::local_cloud(programs, folder.path())).await,
        Side::bare_api(Server::bare_api(programs)),
        Side::simulator(Server::simulator()),
    ];
    let mut table: [[Row; 3]; 4] = Default::default();
    // The first round warms up: Node's compiler, and every cache.
    for round in 0..=scale.rounds {
        for (scene, rows) in table.iter_mut().enumerate() {
            for turn in 0..sides.len() {
                let at = (turn + round) % sides.len();
                let run = u32::try_from(round * SCENES.len() + scene).expect("few rounds");
                let outcome =
                    talk::run(talks(&sides[at], scene), sides[at].subscription, scale.messages[scene], run)
                        .await;
                if round > 0 {
                    rows[at].keep(&outcome);
                }
            }
        }
    }
    report(&table);
    for (name, side) in SIDES.iter().zip(&sides) {
        say(&format!("| {name}, memory after all that | {:.0} MB |", side.server.memory()));
    }
    for (name, side) in SIDES.iter().zip(&sides) {
        idle::measure(name, side, scale.idle).await;
    }
}

fn talks(side: &Side, scene: usize) -> &[Talk] {
    side.audiences.get(scene..=scene).unwrap_or(&side.many)
}

/// From the start of the process to the line that says ready, and the memory then.
fn starts(programs: &Programs, rounds: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut starts: [(Vec<_>, Vec<_>); 3] = Default::default();
    for round in 0..=rounds {
        for (at, (times, memories)) in starts.iter_mut().enumerate() {
            let server = match at {
                0 => Server::local_cloud(programs, folder.path()),
                1 => Server::bare_api(programs),
                _ => Server::simulator(),
            };
            if round > 0 {
                times.push(server.ready_after());
                memories.push(server.memory());
            }
        }
    }
    for (name, (times, memories)) in SIDES.iter().zip(&starts) {
        say(&format!("| {name}, ready | {} |", figures::median(times)));
        say(&format!("| {name}, memory when idle | {:.0} MB |", figures::middle(memories)));
    }
}

impl Row {
    fn keep(&mut self, outcome: &Outcome) {
        self.rates.push(outcome.rate());
        self.p99s.push(outcome.p99());
        self.lost += outcome.lost;
        self.doubled += outcome.doubled;
        self.reordered += outcome.reordered;
    }
}

fn report(table: &[[Row; 3]; 4]) {
    say(
        "\n| scene | side | messages/s | against the simulator | delivery, p99 | against the simulator | lost, doubled, reordered |",
    );
    say("|---|---|--:|--:|--:|--:|--:|");
    for (scene, rows) in SCENES.iter().zip(table) {
        let [.., simulator] = rows;
        for (name, row) in SIDES.iter().zip(rows) {
            let Row { lost, doubled, reordered, .. } = row;
            say(&format!(
                "| {scene} | {name} | {:.0} | {:.2} | {:.1} ms | {:.2} | {lost}, {doubled}, {reordered} |",
                figures::middle(&row.rates),
                ratio(&row.rates, &simulator.rates),
                figures::middle(&row.p99s),
                ratio(&row.p99s, &simulator.p99s),
            ));
        }
    }
    say("\n| what | figure |\n|---|--:|");
}

/// The median of the ratios of each round, which a machine that slows down disturbs less than the ratio of medians.
fn ratio(these: &[f64], those: &[f64]) -> f64 {
    let ratios: Vec<_> = these.iter().zip(those).map(|(this, that)| this / that).collect();
    figures::middle(&ratios)
}

#[expect(clippy::print_stdout, reason = "the result")]
fn say(line: &str) {
    println!("{line}");
}

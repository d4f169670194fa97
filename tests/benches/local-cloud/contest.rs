//! Side by side: SmartChat, and one field of the local cloud's and of Amplify's simulator, in turn, round after round.

use tempfile::TempDir;

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

/// What the sides are called.
const SIDES: [&str; 5] = [
    "SmartChat, the whole",
    "local cloud, a message stored",
    "simulator, a message stored",
    "local cloud, nothing stored",
    "simulator, nothing stored",
];
/// With which side each is compared: simulators that do as much, or less.
const RIVALS: [usize; 5] = [2, 2, 2, 4, 4];
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
    let folders = Folders::new();
    let servers = start_all(programs, &folders);
    let [whole, stored, stored_simulator, bare, simulator] = servers;
    let sides = [
        Side::smart_chat(whole).await,
        Side::local_cloud(stored, "stored.yaml"),
        Side::simulator(stored_simulator),
        Side::local_cloud(bare, "template.yaml"),
        Side::simulator(simulator),
    ];
    let mut table: [[Row; SIDES.len()]; SCENES.len()] = Default::default();
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

/// Where the sides that store keep their data, until it is dropped.
struct Folders([TempDir; 3]);

impl Folders {
    fn new() -> Folders {
        Folders(std::array::from_fn(|_| tempfile::tempdir().expect("a folder")))
    }
}

/// A server for each side.
fn start_all(programs: &Programs, Folders(folders): &Folders) -> [Server; SIDES.len()] {
    [
        Server::local_cloud(programs, folders[0].path()),
        Server::stored_api(programs, folders[1].path()),
        Server::stored_simulator(folders[2].path()),
        Server::bare_api(programs),
        Server::simulator(),
    ]
}

/// From the start of the process to the line that says ready, and the memory then.
fn starts(programs: &Programs, rounds: usize) {
    let mut starts: [(Vec<_>, Vec<_>); SIDES.len()] = Default::default();
    for round in 0..=rounds {
        let folders = Folders::new();
        for ((times, memories), server) in starts.iter_mut().zip(start_all(programs, &folders)) {
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

fn report(table: &[[Row; SIDES.len()]; SCENES.len()]) {
    say(
        "\n| scene | side | messages/s | against its rival | delivery, p99 | against its rival | lost, doubled, reordered |",
    );
    say("|---|---|--:|--:|--:|--:|--:|");
    for (scene, rows) in SCENES.iter().zip(table) {
        for ((name, row), rival) in SIDES.iter().zip(rows).zip(RIVALS) {
            let rival = &rows[rival];
            let Row { lost, doubled, reordered, .. } = row;
            say(&format!(
                "| {scene} | {name} | {:.0} | {:.2} | {:.1} ms | {:.2} | {lost}, {doubled}, {reordered} |",
                figures::middle(&row.rates),
                ratio(&row.rates, &rival.rates),
                figures::middle(&row.p99s),
                ratio(&row.p99s, &rival.p99s),
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

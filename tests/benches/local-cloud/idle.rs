//! Many subscriptions that get nothing, and one that does.

use std::time::Instant;

use futures::StreamExt as _;
use futures::stream;

use crate::figures;
use crate::side::Side;
use crate::talk;
use crate::wire::Listener;

/// How many connect at the same time.
const AT_ONCE: usize = 64;
/// Messages of the writer, while all others are idle.
const MESSAGES: usize = 100;
/// A number that no other run has.
const RUN: u32 = u32::MAX;

/// What a side needs for many idle subscriptions, and whether it still delivers.
#[expect(clippy::cast_precision_loss, reason = "there are few")]
#[expect(clippy::print_stdout, reason = "the result")]
pub(crate) async fn measure(name: &str, side: &Side, count: usize) {
    let count = count.min(most());
    let before = side.server.memory();
    let started = Instant::now();
    let opening = (0..count).map(|number| {
        let access = &side.idle[number % side.idle.len()];
        Listener::open(access, side.subscription, "nobody writes here")
    });
    let idle: Vec<_> = stream::iter(opening).buffer_unordered(AT_ONCE).collect().await;
    let elapsed = started.elapsed().as_secs_f64();
    let memory = side.server.memory();
    let each = (memory - before) * 1024.0 / count.max(1) as f64;
    println!(
        "| {name}, {count} idle subscriptions | opened at {:.0}/s; {memory:.0} MB, {each:.0} KB each |",
        count as f64 / elapsed
    );

    let outcome = talk::run(&side.audiences[..1], side.subscription, MESSAGES, RUN).await;
    println!(
        "| {name}, 1 writer and 1 listener beside them | {:.0} messages/s; delivery {}; {} lost, {} doubled, {} reordered |",
        outcome.rate(),
        figures::tail(&outcome.deliveries),
        outcome.lost,
        outcome.doubled,
        outcome.reordered,
    );
    drop(idle);
}

/// As many as this process may have open, less some for everything else. A server has the same bound.
fn most() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find(|line| line.starts_with("Max open files"));
    let soft =
        line.and_then(|line| line.split_whitespace().nth(3)).and_then(|soft| soft.parse::<usize>().ok());
    soft.map_or(usize::MAX, |soft| soft.saturating_sub(200))
}

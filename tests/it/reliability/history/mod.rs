//! Many people in one group, with connections that break and, in some runs, bad days of DynamoDB.

#![expect(clippy::print_stdout, reason = "figures of a run")]

mod app;
mod group;
mod run;

use serde_json::{Value, json};
use tests::Reply;

use super::{checker, scale};
use run::{Outcome, Run};

/// How often a client tries before it gives up; nothing does in these tests.
const TRIES: usize = 40;

/// An answer that stays, and how often it was asked for.
struct Persisted {
    reply: Reply,
    tries: usize,
}

/// Asks until there is an answer that stays, as a client does.
async fn persist(attempt: impl AsyncFn() -> Reply) -> Persisted {
    for tries in 1..=TRIES {
        let reply = attempt().await;
        if !reply.is_passing() {
            return Persisted { reply, tries };
        }
    }
    panic!("{TRIES} tries in vain");
}

/// So many calls in a thousand fail in one way or another, and others are slow or behind.
fn bad_day(per_mille: u32) -> Value {
    let rate = f64::from(per_mille) / 1_000.0;
    json!({
        "seed": 7, "throttle": rate * 0.2, "internalError": rate * 0.15, "lostBefore": rate * 0.2,
        "lostAfter": rate * 0.25, "conflict": rate * 0.2, "unprocessed": rate, "stale": rate, "delay": rate,
        "delayMs": 20, "streamDuplicate": rate,
    })
}

async fn holds(run: Run) -> Outcome {
    let rounds = run.rounds;
    let outcome = run.happens().await;
    println!("{} sends, {} broken connections", outcome.history.acknowledged.len(), outcome.drops);
    assert!(outcome.history.acknowledged.len() > rounds, "people talked");
    assert_eq!(outcome.history.violations(), []);
    outcome
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_doubled_reordered_or_shown_to_others() {
    let (members, rounds) = scale((10, 12), (100, 60));
    let outcome = holds(Run { members, rounds, ..Run::default() }).await;
    // What happened can be told from what must not.
    for bug in checker::bugs::ALL {
        let found = bug.planted_in(&outcome.history).violations();
        assert!(found.iter().any(|violation| bug.is(violation)), "{} is not found: {found:?}", bug.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_break_all_the_time_leave_no_gap() {
    let (members, rounds) = scale((4, 12), (30, 1_000));
    let outcome = holds(Run { members, rounds, ..Run::default() }).await;
    assert!(outcome.drops >= scale(16, 10_000), "{} connections broke", outcome.drops);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_holds_on_a_bad_day() {
    for per_mille in scale(vec![50], vec![10, 50, 100, 200, 300]) {
        let (members, rounds) = scale((8, 12), (30, 40));
        let faults = Some(bad_day(per_mille));
        let awaited = &["throttle", "internalError", "lostBefore", "lostAfter", "conflict"];
        let outcome = holds(Run { members, rounds, faults, awaited }).await;
        assert_eq!(outcome.letters, json!([]), "everything was told in the end, at {per_mille} ‰");
        let (sent, soon) = (outcome.tries.len(), outcome.tries.iter().filter(|tries| **tries <= 3).count());
        println!("{per_mille} ‰ of the calls struck: {soon} of {sent} acknowledged within three tries");
        assert!(per_mille > 50 || soon * 100 >= sent * 99, "{soon} of {sent} within three tries");
    }
}

/// Two looks at a clock may be five minutes apart, in whichever function.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clocks_that_disagree_order_nothing() {
    let (members, rounds) = scale((6, 8), (30, 40));
    let faults = Some(json!({ "clockSkewSeconds": 150 }));
    let outcome = holds(Run { members, rounds, faults, ..Run::default() }).await;
    assert!(!outcome.times.is_sorted(), "the clocks did not disagree: {:?}", outcome.times);
    assert_eq!(outcome.letters, json!([]), "everything was told in the end");
}

//! What the counted units are worth, in dollars per million, at the list prices that `docs/costs.md` names.

use std::fmt::Write as _;

use super::find;
use super::ledger::{Behind, Row};

/// Per operation of the API.
const OPERATION: f64 = 4.0;
/// Per message to a subscriber, for each 5 KB begun.
const DELIVERY: f64 = 2.0;
/// Per write unit, on demand.
const WRITE: f64 = 0.625;
/// Per read unit, on demand.
const READ: f64 = 0.125;
/// Per invocation.
const INVOCATION: f64 = 0.20;
/// Per event on the bus.
const EVENT: f64 = 1.0;
/// Per invocation, estimated: 20 ms of 256 MB on arm64 at 0.0000133334 a GB-second.
const TIME: f64 = 0.020 * 0.25 * 13.3334;
/// Per invocation, estimated: 1 KB of log at 0.50 a GB.
const LOG: f64 = 0.50;
/// Per message to a subscriber, estimated: 1 KB to the internet at 0.09 a GB.
const TRANSFER: f64 = 0.09;

/// The actions that are priced, and their column.
const ACTIONS: [(&str, &str, &str); 5] = [
    ("sendMessage", "direct", "a send, direct"),
    ("sendMessage", "group of 100", "a send, group of 100"),
    ("markRead", "direct", "a mark as read, direct"),
    ("markRead", "group of 100", "the same, group of 100"),
    ("listConversations", "25 of 50", "the chat list of 50"),
];

/// One row for each kind of price, one column for each action.
pub(super) fn table(rows: &[Row]) -> String {
    let actions = ACTIONS.map(|(field, case, _)| find(rows, field, case));
    let mut out =
        format!("| | {} |\n|---|{}\n", ACTIONS.map(|action| action.2).join(" | "), "--:|".repeat(5));
    let mut sums = [0.0; 5];
    for (name, price) in KINDS {
        let prices = actions.map(price);
        for (sum, price) in sums.iter_mut().zip(prices) {
            *sum += price;
        }
        line(&mut out, name, prices);
    }
    line(&mut out, "**sum**", sums);
    out
}

fn line(out: &mut String, name: &str, prices: [f64; 5]) {
    let cells = prices.map(|price| format!("{price:.2}"));
    writeln!(out, "| {name} | {} |", cells.join(" | ")).expect("a string takes everything");
}

type Price = fn(&Row) -> f64;

const KINDS: [(&str, Price); 8] = [
    ("AppSync operations", |row| OPERATION * float(row.operations + behind(row).publishes)),
    ("AppSync deliveries", |row| DELIVERY * float(behind(row).deliveries)),
    ("DynamoDB writes", |row| WRITE * (row.writes + behind(row).writes)),
    ("DynamoDB reads", |row| READ * (row.reads + behind(row).reads)),
    ("Lambda requests", |row| INVOCATION * float(invocations(row))),
    ("EventBridge events", |row| EVENT * float(behind(row).announced)),
    ("Lambda time and logs (estimated)", |row| (TIME + LOG) * float(invocations(row))),
    ("data to devices (estimated)", |row| TRANSFER * float(behind(row).deliveries)),
];

fn behind(row: &Row) -> &Behind {
    row.behind.as_ref().expect("only actions of one step are priced")
}

fn invocations(row: &Row) -> u64 {
    row.functions + behind(row).functions
}

#[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
fn float(count: u64) -> f64 {
    count as f64
}

//! The tables of the page, as Markdown.

use super::usage::Month;
use super::{Bill, CostError, LINES, Scenario, Sources, Units};

/// The actions that are priced, and their columns.
const ACTIONS: [(&str, &str); 6] = [
    ("sendMessage, direct", "a send, direct"),
    ("sendMessage, group of 100", "a send, group of 100"),
    ("markRead, direct", "a mark as read, direct"),
    ("markRead, group of 10", "the same, group of 10"),
    ("markRead, group of 100", "the same, group of 100"),
    ("listConversations, 25 of 50", "the chat list of 50"),
];
/// How much of the devices is connected in the typical case.
const TYPICAL: f64 = 0.3;
/// How many messages of a conversation one batch of the stream holds in the busy case.
const BUSY: f64 = 10.0;
/// AppSync charges for each 5 KB begun of a delivery.
const DELIVERY_BYTES: f64 = 5_000.0;
const MILLION: f64 = 1e6;

/// A million of each action, line by line, with every device connected.
pub fn dollars(sources: &Sources) -> Result<String, CostError> {
    let mut columns = Vec::new();
    for (name, title) in ACTIONS {
        let bill = Bill::new(sources.counted.units(name)? * MILLION, &sources.prices);
        columns.push((title.to_owned(), bill.0.to_vec(), bill.sum()));
    }
    Ok(bills(&LINES, &columns))
}

/// A way to send, and what a message costs that way.
type Case = (&'static str, fn(&Sends) -> Units);

/// A million sends from the dearest to the cheapest, beside the targets.
pub fn targets(sources: &Sources) -> Result<String, CostError> {
    let (one, many) = (Sends::read(sources, "direct")?, Sends::read(sources, "group of 100")?);
    let cases: [Case; 6] = [
        ("every device connected", |sends| sends.alone),
        ("of that AppSync, the data to devices and nothing of ours", |sends| sends.of_appsync()),
        ("30 % of the devices connected", |sends| sends.alone.connected(TYPICAL)),
        ("of that AppSync, the data to devices and nothing of ours", |sends| {
            sends.of_appsync().connected(TYPICAL)
        }),
        ("30 % connected, ten messages of a conversation in a batch", |sends| sends.busy.connected(TYPICAL)),
        ("30 % connected, ten messages in one `sendMessages`", |sends| sends.together.connected(TYPICAL)),
    ];
    let mut out = "| a million messages | one-to-one | group of 100 |\n|---|--:|--:|\n".to_owned();
    for (name, units) in cases {
        let dollars = |sends: &Sends| Bill::new(units(sends) * MILLION, &sources.prices).sum();
        out.push_str(&row(name, [dollars(&one), dollars(&many)].into_iter()));
    }
    out.push_str("| target | 10.00 | 190.00 |\n");
    Ok(out)
}

/// One message, in the ways in which it may be sent.
struct Sends {
    alone: Units,
    busy: Units,
    together: Units,
}

impl Sends {
    fn read(sources: &Sources, size: &str) -> Result<Self, CostError> {
        let counted = &sources.counted;
        let (send, ten) = (format!("sendMessage, {size}"), format!("sendMessages, 10, {size}"));
        // Ten messages in one delivery are charged as several.
        let charged = (BUSY * sources.prices.estimates.delivery_bytes / DELIVERY_BYTES).ceil();
        let tenth = |units: Units| {
            let tenth = units * (1.0 / BUSY);
            Units { deliveries: tenth.deliveries * charged, ..tenth }
        };
        Ok(Sends {
            alone: counted.units(&send)?,
            busy: counted.before(&send)? + tenth(counted.behind(&ten)?),
            together: tenth(counted.units(&ten)?),
        })
    }

    /// What any design pays that publishes by a mutation.
    fn of_appsync(&self) -> Units {
        let Units { operations, deliveries, .. } = self.alone;
        Units { operations, deliveries, ..Units::default() }
    }
}

/// A month of each scenario.
pub fn scenarios(sources: &Sources) -> Result<String, CostError> {
    let mut columns = Vec::new();
    let mut lines = Vec::new();
    for scenario in Scenario::all() {
        let Month { lines: month, .. } = scenario.usage.month(sources)?;
        lines = month.iter().map(|(name, _)| *name).collect();
        let dollars: Vec<_> = month.iter().map(|(_, dollars)| *dollars).collect();
        let sum: f64 = dollars.iter().sum();
        columns.push((scenario.title.to_owned(), dollars, sum));
    }
    Ok(bills(&lines, &columns))
}

/// What is there when nobody uses it.
pub fn idle(sources: &Sources) -> String {
    let Sources { idle, prices, .. } = sources;
    let month = &prices.per_month;
    let rows = [
        ("secret", idle.secrets, month.secret),
        ("metric that an alarm looks at", idle.alarms, month.alarm),
        ("dashboard", idle.dashboards, month.dashboard),
        ("key of one's own, off by default and not in the sums", idle.keys, month.key),
    ];
    let mut out = "| | number | $ each |\n|---|--:|--:|\n".to_owned();
    for (name, number, price) in rows {
        out.push_str(&format!("| {name} | {number} | {price:.2} |\n"));
    }
    let (free, full) = (idle.dollars(prices), idle.dollars_without_free(prices));
    out.push_str(&format!(
        "| **a month**, with the alarms and dashboards that every account has for nothing | | {free:.2} |\n"
    ));
    out.push_str(&format!("| the same where other stacks have used these up | | {full:.2} |\n"));
    out
}

/// One row for each line, one column for each bill, and the sums.
fn bills(lines: &[&str], columns: &[(String, Vec<f64>, f64)]) -> String {
    let titles: Vec<_> = columns.iter().map(|column| column.0.as_str()).collect();
    let mut out = format!("| | {} |\n|---|{}\n", titles.join(" | "), "--:|".repeat(columns.len()));
    for (at, line) in lines.iter().enumerate() {
        let cells = columns.iter().map(|column| column.1.get(at).copied().unwrap_or_default());
        out.push_str(&row(line, cells));
    }
    out.push_str(&row("**sum**", columns.iter().map(|column| column.2)));
    out
}

fn row(name: &str, dollars: impl Iterator<Item = f64>) -> String {
    let cells: Vec<_> = dollars.map(|dollars| format!("{dollars:.2}")).collect();
    format!("| {name} | {} |\n", cells.join(" | "))
}

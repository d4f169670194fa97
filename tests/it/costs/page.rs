//! The tables of `docs/costs.md`: written, read and compared.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use ::tests::house::{root, text};
use cost::{CostError, Sources};

use super::ledger::Row;

const PAGE: &str = "docs/costs.md";
const COLUMNS: [&str; 10] = [
    "trips",
    "R",
    "W",
    "functions",
    "R behind",
    "W behind",
    "functions behind",
    "publishes",
    "deliveries",
    "bus",
];
const BLESS: &str = "SMARTCHAT_BLESS=1 cargo test --workspace --test it -- costs";

/// The parts that follow from the counted one, and what writes them.
const PRICED: [(&str, Priced); 4] = [
    ("dollars", cost::dollars),
    ("targets", cost::targets),
    ("scenarios", cost::scenarios),
    ("idle", |sources| Ok(cost::idle(sources))),
];

type Priced = fn(&Sources) -> Result<String, CostError>;

/// Fails where the page and what was counted differ; writes the page instead if it is blessed.
pub(super) fn check(rows: &[Row]) {
    let page = text(PAGE);
    if is_blessed() {
        fs::write(root().join(PAGE), replaced(&page, "counted", &table(rows)))
            .expect("the page can be written");
        let sources = sources();
        let page = PRICED.iter().fold(text(PAGE), |page, (part, priced)| {
            replaced(&page, part, &priced(&sources).unwrap_or_else(|error| panic!("{error}")))
        });
        fs::write(root().join(PAGE), page).expect("the page can be written");
        return;
    }
    let differences = differences(&parse(part(&page, "counted")), rows);
    assert!(differences.is_empty(), "{}\nIf that is meant: {BLESS}", differences.join("\n"));
}

/// Fails where the page's dollars are not what its units cost at the prices of the file.
pub(super) fn check_prices() {
    if is_blessed() {
        return;
    }
    let (page, sources) = (text(PAGE), sources());
    for (name, priced) in PRICED {
        let now = priced(&sources).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(part(&page, name).trim(), now.trim(), "{name}\nIf that is meant: {BLESS}");
    }
}

/// Whether the page is written anew, by the one test that counts.
fn is_blessed() -> bool {
    std::env::var_os("SMARTCHAT_BLESS").is_some()
}

/// What `cargo xtask cost` reads.
pub(super) fn sources() -> Sources {
    Sources::read(root()).unwrap_or_else(|error| panic!("{error}"))
}

/// The numbers of a row, in the order of [`COLUMNS`].
#[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
fn numbers(row: &Row) -> Numbers {
    let before = [row.trips as f64, row.reads, row.writes, row.functions as f64].map(Some);
    let behind = row.behind.as_ref().map(|behind| {
        let (publishes, deliveries) = (behind.publishes as f64, behind.deliveries as f64);
        let (functions, announced) = (behind.functions as f64, behind.announced as f64);
        [behind.reads, behind.writes, functions, publishes, deliveries, announced]
    });
    let behind = behind.map_or([None; 6], |behind| behind.map(Some));
    before.into_iter().chain(behind).collect()
}

/// None where nothing is compared.
type Numbers = Vec<Option<f64>>;

fn written(number: Option<f64>) -> String {
    number.map_or("–".to_owned(), |number| number.to_string())
}

fn table(rows: &[Row]) -> String {
    let mut out = format!("| operation | {} |\n|---|{}\n", COLUMNS.join(" | "), "--:|".repeat(COLUMNS.len()));
    for row in rows {
        let numbers: Vec<_> = numbers(row).into_iter().map(written).collect();
        writeln!(out, "| {} | {} |", name(row), numbers.join(" | ")).expect("a string takes everything");
    }
    out
}

fn name(row: &Row) -> String {
    if row.case.is_empty() { row.field.clone() } else { format!("{}, {}", row.field, row.case) }
}

type Known = BTreeMap<String, Numbers>;

fn parse(table: &str) -> Known {
    let lines = table.lines().filter(|line| line.starts_with("| ")).skip(1);
    let rows = lines.map(|line| {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        let name = cells.next().unwrap_or_default().to_owned();
        let numbers = cells.map(|cell| match cell {
            "–" => None,
            number => Some(number.parse().unwrap_or_else(|_| panic!("{PAGE}: {line}"))),
        });
        (name, numbers.collect())
    });
    rows.collect()
}

fn differences(known: &Known, rows: &[Row]) -> Vec<String> {
    let mut found = Vec::new();
    for row in rows {
        let name = name(row);
        let Some(before) = known.get(&name) else {
            found.push(format!("{name} is not on the page"));
            continue;
        };
        for ((column, now), before) in COLUMNS.iter().zip(numbers(row)).zip(before) {
            if now != *before {
                let word = if now > *before { "dearer" } else { "cheaper" };
                found.push(format!("{name} is {word}: {column} {} → {}", written(*before), written(now)));
            }
        }
    }
    let counted: Vec<_> = rows.iter().map(name).collect();
    let gone = known.keys().filter(|name| !counted.contains(name));
    found.extend(gone.map(|name| format!("{name} is on the page and was not counted")));
    found
}

/// What stands between the marks of a generated part.
fn part<'a>(page: &'a str, name: &str) -> &'a str {
    let (begin, end) = marks(name);
    let found = page.split_once(&begin).and_then(|(_, rest)| rest.split_once(&end));
    found.unwrap_or_else(|| panic!("{PAGE} has no part {name}")).0
}

fn replaced(page: &str, name: &str, with: &str) -> String {
    let (begin, end) = marks(name);
    let (before, rest) = page.split_once(&begin).expect("a beginning");
    let (_, after) = rest.split_once(&end).expect("an end");
    format!("{before}{begin}\n{with}{end}{after}")
}

fn marks(name: &str) -> (String, String) {
    (format!("<!-- {name}: written by {BLESS} -->"), format!("<!-- end of {name} -->"))
}

#[cfg(test)]
mod tests {
    use super::super::ledger::Behind;
    use super::*;

    fn row(writes: f64) -> Row {
        let behind =
            Behind { reads: 1.5, writes: 0.0, functions: 3, publishes: 1, deliveries: 2, announced: 1 };
        Row {
            field: "sendMessage".to_owned(),
            case: "direct".to_owned(),
            operations: 1,
            trips: 2,
            reads: 6.0,
            writes,
            functions: 1,
            behind: Some(behind),
        }
    }

    #[test]
    fn what_was_written_is_read_again() {
        let page = "# Costs\n<!-- counted: written by SMARTCHAT_BLESS=1 cargo test --workspace --test it -- costs -->\nold\n<!-- end of counted -->\nmore";
        let page = replaced(page, "counted", &table(&[row(8.0)]));
        assert_eq!(differences(&parse(part(&page, "counted")), &[row(8.0)]), Vec::<String>::new());
        assert!(page.ends_with("more"));
    }

    #[test]
    fn dearer_and_cheaper_and_absent_are_told() {
        let known = parse(&table(&[row(8.0)]));
        assert_eq!(differences(&known, &[row(9.0)]), ["sendMessage, direct is dearer: W 8 → 9"]);
        assert_eq!(differences(&known, &[row(7.0)]), ["sendMessage, direct is cheaper: W 8 → 7"]);
        assert_eq!(differences(&known, &[]), ["sendMessage, direct is on the page and was not counted"]);
        assert_eq!(differences(&Known::new(), &[row(7.0)]), ["sendMessage, direct is not on the page"]);
    }

    #[test]
    fn what_varies_is_not_compared() {
        let varies = Row { behind: None, ..row(8.0) };
        assert_eq!(
            differences(&parse(&table(std::slice::from_ref(&varies))), std::slice::from_ref(&varies)),
            Vec::<String>::new()
        );
    }
}

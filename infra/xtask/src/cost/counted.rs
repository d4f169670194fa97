//! The counted units, read from the page that a test keeps true.

use std::collections::BTreeMap;

use super::{CostError, PAGE, Units};

/// The columns of the page's table that have a price, and those that have none.
const COLUMNS: usize = 10;

/// What each operation was counted to use up.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted(BTreeMap<String, Row>);

#[derive(Debug, Clone, Copy, PartialEq)]
struct Row {
    /// The operation itself, until its answer.
    before: Units,
    /// What comes of it; none where that depends on how the stream cuts it.
    behind: Option<Units>,
}

impl Counted {
    /// Reads the table of counted units out of the page's text.
    pub fn parse(page: &str) -> Result<Self, CostError> {
        let part =
            page.split_once("<!-- counted:").and_then(|(_, rest)| rest.split_once("<!-- end of counted"));
        let (table, _) = part.ok_or_else(|| refused("it has no table of counted units"))?;
        let rows = table.lines().filter(|line| line.starts_with("| ")).skip(1);
        rows.map(row).collect::<Result<_, _>>().map(Counted)
    }

    /// What an operation uses up with all that comes of it, with every device connected. `name` is the row's first cell.
    pub fn units(&self, name: &str) -> Result<Units, CostError> {
        Ok(self.before(name)? + self.behind(name)?)
    }

    /// What it uses up until its answer.
    pub(super) fn before(&self, name: &str) -> Result<Units, CostError> {
        Ok(self.row(name)?.before)
    }

    /// What comes of it after its answer.
    pub(super) fn behind(&self, name: &str) -> Result<Units, CostError> {
        self.row(name)?.behind.ok_or_else(|| refused(&format!("what comes of «{name}» was not counted")))
    }

    /// An operation in a group of any size: on the line through the groups of 10 and of 100, because roster and
    /// deliveries grow with the members; one call of `publishEvents` for each 100 of them.
    pub(super) fn in_group(&self, operation: &str, members: u32) -> Result<Units, CostError> {
        let ten = self.units(&format!("{operation}, group of 10"))?;
        let hundred = self.units(&format!("{operation}, group of 100"))?;
        let place = (f64::from(members) - 10.0) / 90.0;
        let units = ten + (hundred + ten * -1.0) * place;
        let calls = f64::from(members.div_ceil(100).saturating_sub(1));
        Ok(Units { operations: ten.operations + calls, ..units })
    }

    fn row(&self, name: &str) -> Result<Row, CostError> {
        self.0.get(name).copied().ok_or_else(|| refused(&format!("«{name}» was not counted")))
    }
}

fn row(line: &str) -> Result<(String, Row), CostError> {
    let mut cells = line.trim_matches('|').split('|').map(str::trim);
    let name = cells.next().unwrap_or_default().to_owned();
    let numbers: Vec<Option<f64>> = cells.map(|cell| cell.parse().ok()).collect();
    let numbers: [Option<f64>; COLUMNS] =
        numbers.try_into().map_err(|_| refused(&format!("not {COLUMNS} figures: {line}")))?;
    let [_, Some(reads), Some(writes), Some(invocations), behind @ ..] = numbers else {
        return Err(refused(&format!("not a figure: {line}")));
    };
    let before = Units { operations: 1.0, deliveries: 0.0, writes, reads, invocations, announced: 0.0 };
    let behind = match behind {
        [
            Some(reads),
            Some(writes),
            Some(invocations),
            Some(operations),
            Some(deliveries),
            Some(announced),
        ] => Some(Units { operations, deliveries, writes, reads, invocations, announced }),
        _ => None,
    };
    Ok((name, Row { before, behind }))
}

fn refused(reason: &str) -> CostError {
    CostError::Content { path: PAGE.to_owned(), reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "| operation | trips | R | W | functions | R behind | W behind | functions behind | publishes | deliveries | bus |";

    /// A table as the page holds it.
    fn page(rows: &str) -> String {
        format!("# Costs\n<!-- counted: … -->\n{HEADER}\n|---|\n{rows}\n<!-- end of counted -->\n")
    }

    #[test]
    fn the_operation_and_what_comes_of_it_are_added() {
        let counted =
            Counted::parse(&page("| send, direct | 2 | 6 | 8 | 1 | 2.5 | 0 | 2 | 1 | 2 | 1 |")).unwrap();
        let units = Units {
            operations: 2.0,
            deliveries: 2.0,
            writes: 8.0,
            reads: 8.5,
            invocations: 3.0,
            announced: 1.0,
        };
        assert_eq!(counted.units("send, direct").unwrap(), units);
        assert!(counted.units("send").is_err());
    }

    #[test]
    fn what_was_not_counted_behind_is_known_before() {
        let counted = Counted::parse(&page("| many | 2 | 6 | 8 | 1 | – | – | – | – | – | – |")).unwrap();
        assert!(counted.behind("many").is_err());
        assert_eq!(counted.before("many").unwrap().writes, 8.0);
    }

    #[test]
    fn groups_of_other_sizes_lie_on_a_line() {
        let rows = "| send, group of 10 | 2 | 6 | 8 | 1 | 2.5 | 0 | 2 | 1 | 10 | 1 |
| send, group of 100 | 2 | 6 | 8 | 1 | 7 | 0 | 2 | 1 | 100 | 1 |";
        let counted = Counted::parse(&page(rows)).unwrap();
        let units = |members| counted.in_group("send", members).unwrap();
        assert_eq!((units(55).deliveries, units(55).reads, units(55).operations), (55.0, 10.75, 2.0));
        assert_eq!((units(250).deliveries, units(250).operations), (250.0, 4.0));
    }

    #[test]
    fn a_row_that_is_cut_is_refused() {
        assert!(Counted::parse(&page("| send | 2 | 6 |")).is_err());
        assert!(Counted::parse("# Costs").is_err());
    }
}

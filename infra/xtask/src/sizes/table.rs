//! The table of sizes in the page.

use crate::Failure;

const BEGIN: &str = "<!-- sizes: written by cargo xtask sizes --write -->\n";
const END: &str = "<!-- end of sizes -->";

/// The size of a function, in kilobytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Size {
    /// The function.
    pub(super) name: String,
    /// The file.
    pub(super) bytes: u64,
    /// The file as an archive holds it.
    pub(super) packed: u64,
}

/// The table as it stands in the page.
pub(super) fn written(sizes: &[Size]) -> String {
    let rows =
        sizes.iter().map(|Size { name, bytes, packed }| format!("| `{name}` | {bytes} | {packed} |\n"));
    format!("| function | file, KB | deflated, KB |\n|---|--:|--:|\n{}", rows.collect::<String>())
}

/// The sizes in a page.
pub(super) fn committed(page: &str) -> Result<Vec<Size>, Failure> {
    let (_, table, _) = parts(page)?;
    Ok(table.lines().filter_map(row).collect())
}

/// The page with other sizes.
pub(super) fn replace(page: &str, sizes: &[Size]) -> Result<String, Failure> {
    let (before, _, after) = parts(page)?;
    Ok(format!("{before}{BEGIN}{}{END}{after}", written(sizes)))
}

fn parts(page: &str) -> Result<(&str, &str, &str), Failure> {
    let found = page.split_once(BEGIN).and_then(|(before, rest)| {
        let (table, after) = rest.split_once(END)?;
        Some((before, table, after))
    });
    found.ok_or_else(|| Failure::Refused("the page has no table of sizes".to_owned()))
}

/// A row; none for the head of the table.
fn row(line: &str) -> Option<Size> {
    let mut cells = line.trim_matches('|').split('|').map(str::trim);
    let name = cells.next()?.strip_prefix('`')?.strip_suffix('`')?.to_owned();
    Some(Size { name, bytes: cells.next()?.parse().ok()?, packed: cells.next()?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_the_rest_of_the_page_stays() {
        let sizes = [("a", 9, 3), ("b", 8, 2)].map(|(name, bytes, packed)| Size {
            name: name.to_owned(),
            bytes,
            packed,
        });
        let page = format!("before\n{BEGIN}{END}\nafter\n");
        let filled = replace(&page, &sizes).unwrap();
        assert_eq!(committed(&filled).unwrap(), sizes);
        assert_eq!(replace(&filled, &[]).unwrap(), replace(&page, &[]).unwrap());
        assert!(filled.starts_with("before\n") && filled.ends_with("\nafter\n"));
    }

    #[test]
    fn a_page_without_the_table_is_refused() {
        assert!(committed("nothing").is_err());
    }
}

//! How large functions are, against what was committed: a cold start begins with fetching and unpacking them.

mod table;

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use self::table::Size;
use crate::Failure;

/// One function of each kind: a write, the smallest write, a reader of the stream, a trigger, a list.
const FUNCTIONS: [&str; 5] =
    ["send-message", "mark-read", "publish-changes", "on-pre-sign-up", "list-conversations"];

/// The page with the committed sizes, which are those of this profile.
const PAGE: &str = "docs/benchmarks.md";
const PROFILE: &str = "release";

/// What a function may weigh deflated, in kilobytes. The aim is 3,000, which not all of them reach.
const BUDGET: u64 = 3_500;
/// What it may grow without being asked, in percent.
const TOLERANCE: u64 = 5;

/// What to do with the sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Say them.
    Show,
    /// Fail if a function grew by more than 5 % or is over the budget.
    Check,
    /// Write them into the page.
    Write,
}

/// Builds the functions in a profile and does with their sizes what is wanted.
pub(crate) fn run(root: &Path, profile: &str, purpose: Purpose) -> Result<String, Failure> {
    if purpose != Purpose::Show && profile != PROFILE {
        return Err(Failure::Refused(format!("the committed sizes are those of the profile {PROFILE}")));
    }
    build(root, profile)?;
    let folder = root.join("target").join(profile);
    let sizes = FUNCTIONS.iter().map(|name| measure(&folder, name)).collect::<Result<Vec<_>, _>>()?;
    let page = root.join(PAGE);
    match purpose {
        Purpose::Show => {}
        Purpose::Write => crate::write(&page, &table::replace(&crate::read(&page)?, &sizes)?)?,
        Purpose::Check => check(&table::committed(&crate::read(&page)?)?, &sizes)?,
    }
    Ok(table::written(&sizes))
}

fn build(root: &Path, profile: &str) -> Result<(), Failure> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root).args(["build", "--quiet", "--locked", "--bins", "--profile", profile]);
    cargo.args(FUNCTIONS.iter().flat_map(|name| ["--package", name]));
    match cargo.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(Failure::Refused("the functions do not build".to_owned())),
        Err(error) => Err(Failure::Refused(format!("cargo does not start: {error}"))),
    }
}

fn measure(folder: &Path, name: &str) -> Result<Size, Failure> {
    let path = folder.join(name);
    let file = |source| Failure::File { path: path.display().to_string(), source };
    let bytes = std::fs::read(&path).map_err(file)?;
    let mut packer = DeflateEncoder::new(Vec::new(), Compression::best());
    packer.write_all(&bytes).map_err(file)?;
    let packed = packer.finish().map_err(file)?;
    Ok(Size { name: name.to_owned(), bytes: kilobytes(bytes.len()), packed: kilobytes(packed.len()) })
}

fn kilobytes(bytes: usize) -> u64 {
    (bytes as u64).div_ceil(1_000)
}

fn check(committed: &[Size], sizes: &[Size]) -> Result<(), Failure> {
    let complaints: Vec<_> = sizes.iter().filter_map(|size| complaint(committed, size)).collect();
    match complaints.is_empty() {
        true => Ok(()),
        false => Err(Failure::Refused(format!(
            "{}\nif it is worth it: cargo xtask sizes --write",
            complaints.join("\n")
        ))),
    }
}

fn complaint(committed: &[Size], size: &Size) -> Option<String> {
    let Size { name, packed, .. } = size;
    if *packed > BUDGET {
        return Some(format!("{name} is {packed} KB deflated, more than {BUDGET}"));
    }
    let Some(known) = committed.iter().find(|known| known.name == *name) else {
        return Some(format!("{name} is not in {PAGE}"));
    };
    let most = known.packed + known.packed * TOLERANCE / 100;
    (*packed > most).then(|| format!("{name} grew from {} to {packed} KB deflated", known.packed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(packed: u64) -> Size {
        Size { name: "send-message".to_owned(), bytes: 2 * packed, packed }
    }

    #[test]
    fn a_little_growth_passes() {
        assert_eq!(complaint(&[size(1_000)], &size(1_050)), None);
        assert!(complaint(&[size(1_000)], &size(1_051)).is_some_and(|text| text.contains("grew from 1000")));
    }

    #[test]
    fn the_budget_holds_whatever_was_committed() {
        assert!(complaint(&[size(BUDGET + 1)], &size(BUDGET + 1)).is_some());
    }

    #[test]
    fn a_function_without_a_row_fails() {
        assert!(complaint(&[], &size(1)).is_some());
    }
}

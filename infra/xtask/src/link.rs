//! The functions as the local cloud links them: a line in its manifest and a row in its table for each.

use std::collections::BTreeMap;
use std::path::Path;

use crate::{Failure, read, write};

const MANIFEST: &str = "infra/local/Cargo.toml";
const TABLE: &str = "infra/local/src/functions.rs";

/// What stands before the lines in the manifest; they end at the next empty line or section.
const HEADING: &str = "# The functions, alphabetically.\n";
/// What stands around the rows of the table.
const TABLE_BEGIN: &str = "BTreeMap::from([";
const TABLE_END: &str = "])";

/// Rewrites manifest and table from the folders of `functions/`. Says how many functions there are.
pub(crate) fn run(root: &Path) -> Result<usize, Failure> {
    let functions = find(root)?;
    let (manifest, table) = (root.join(MANIFEST), root.join(TABLE));
    replace(&manifest, with_dependencies(&read(&manifest)?, &functions))?;
    replace(&table, with_rows(&read(&table)?, &functions))?;
    Ok(functions.len())
}

/// The area of each function crate, by name. A crate without `pub fn function()` is not one yet.
fn find(root: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let mut functions = BTreeMap::new();
    for area in folders(&root.join("functions"))? {
        for name in folders(&root.join("functions").join(&area))? {
            let lib = root.join("functions").join(&area).join(&name).join("src/lib.rs");
            if std::fs::read_to_string(lib).is_ok_and(|text| text.contains("pub fn function()")) {
                functions.insert(name, area.clone());
            }
        }
    }
    Ok(functions)
}

fn folders(path: &Path) -> Result<Vec<String>, Failure> {
    let failed = |source| Failure::File { path: path.display().to_string(), source };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.path().is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

fn replace(path: &Path, text: Option<String>) -> Result<(), Failure> {
    let refused = || Failure::Refused(format!("{}: the place for the functions is gone", path.display()));
    write(path, &text.ok_or_else(refused)?)
}

fn with_dependencies(manifest: &str, functions: &BTreeMap<String, String>) -> Option<String> {
    let (before, rest) = manifest.split_once(HEADING)?;
    let after = rest.find("\n\n").map_or("", |end| &rest[end + 1..]);
    let lines = functions
        .iter()
        .map(|(name, area)| format!("{name} = {{ path = \"../../functions/{area}/{name}\" }}\n"));
    Some(format!("{before}{HEADING}{}{after}", lines.collect::<String>()))
}

fn with_rows(table: &str, functions: &BTreeMap<String, String>) -> Option<String> {
    let (before, rest) = table.split_once(TABLE_BEGIN)?;
    let (_, after) = rest.split_once(TABLE_END)?;
    let rows = functions.keys().map(|name| {
        let module = name.replace('-', "_");
        format!("\n        (\"{name}\", {module}::function()),")
    });
    Some(format!("{before}{TABLE_BEGIN}{}\n    {TABLE_END}{after}", rows.collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn functions() -> BTreeMap<String, String> {
        [("get-me", "account"), ("add-contact", "account")]
            .map(|(name, area)| (name.to_owned(), area.to_owned()))
            .into()
    }

    #[test]
    fn the_manifest_lists_the_functions_and_keeps_the_rest() {
        let manifest = "[dependencies]\na = 1\n\n# The functions, alphabetically.\nold = 1\n\n[dev-dependencies]\nb = 1\n";
        let expected = "[dependencies]\na = 1\n\n# The functions, alphabetically.\n\
            add-contact = { path = \"../../functions/account/add-contact\" }\n\
            get-me = { path = \"../../functions/account/get-me\" }\n\n[dev-dependencies]\nb = 1\n";
        assert_eq!(with_dependencies(manifest, &functions()).unwrap(), expected);
        assert_eq!(with_dependencies(expected, &functions()).unwrap(), expected);
    }

    #[test]
    fn the_table_has_a_row_for_each() {
        let table = "fn all() {\n    BTreeMap::from([(\"old\", old::function())])\n}\n";
        let rows = "\n        (\"add-contact\", add_contact::function()),\n        (\"get-me\", get_me::function()),";
        let expected = format!("fn all() {{\n    BTreeMap::from([{rows}\n    ])\n}}\n");
        assert_eq!(with_rows(table, &functions()).unwrap(), expected);
    }

    #[test]
    fn a_file_without_the_place_is_left_alone() {
        assert_eq!(with_dependencies("[dependencies]\n", &functions()), None);
        assert_eq!(with_rows("fn all() {}\n", &functions()), None);
    }
}

//! How many resources and outputs each stack has, and how many it may have.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::Failure;

/// Our own limit: an area that gets this large is split while there is still room to do so.
const RESOURCES: usize = 400;

/// CloudFormation's limit of resources in a template.
const HARD_RESOURCES: usize = 500;

/// CloudFormation's limit of outputs.
const OUTPUTS: usize = 200;

/// CloudFormation's limit of a template in S3, in bytes.
const BYTES: usize = 1_000_000;

/// The size of one transformed template.
#[derive(Debug)]
pub(super) struct Size {
    /// The name of the file, such as `account.json`.
    pub(super) file: String,
    resources: usize,
    outputs: usize,
    bytes: usize,
}

impl Size {
    /// The sizes of all transformed templates of a folder, each with its conditions.
    pub(super) fn of_all(folder: &Path) -> Result<Vec<Size>, Failure> {
        let files = super::files(folder, |name| name.matches('.').count() == 1 && name.ends_with(".json"))?;
        files.iter().map(|path| Size::of(path)).collect()
    }

    fn of(path: &Path) -> Result<Size, Failure> {
        let text = crate::read(path)?;
        let template: Value = serde_json::from_str(&text)
            .map_err(|error| Failure::Refused(format!("{}: {error}", path.display())))?;
        let count = |section: &str| template[section].as_object().map_or(0, serde_json::Map::len);
        Ok(Size {
            file: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            resources: count("Resources"),
            outputs: count("Outputs"),
            bytes: text.len(),
        })
    }

    fn fits(&self) -> bool {
        self.resources < RESOURCES && self.outputs < OUTPUTS && self.bytes < BYTES
    }
}

/// A table of the sizes; an error if a stack is too large.
pub(super) fn report(sizes: &[Size]) -> Result<String, Failure> {
    let mut table = format!("{:<24}{:>10}{:>9}{:>8}", "stack", "resources", "outputs", "KB");
    for size in sizes {
        let name = size.file.trim_end_matches(".json");
        let kilobytes = size.bytes / 1_000;
        // Writing to a String cannot fail.
        let _ = write!(table, "\n{name:<24}{:>10}{:>9}{kilobytes:>8}", size.resources, size.outputs);
    }
    let too_large: Vec<_> = sizes.iter().filter(|size| !size.fits()).map(|size| size.file.as_str()).collect();
    if too_large.is_empty() {
        return Ok(table);
    }
    let limits =
        format!("{RESOURCES} resources (CloudFormation's are {HARD_RESOURCES}), {OUTPUTS} outputs, 1 MB");
    Err(Failure::Refused(format!("{table}\ntoo large: {}; the limits are {limits}", too_large.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(resources: usize) -> Size {
        Size { file: "area.json".to_owned(), resources, outputs: 1, bytes: 1_000 }
    }

    #[test]
    fn a_stack_that_grows_too_large_is_named() {
        assert!(report(&[with(399)]).unwrap().contains("area"));
        assert!(report(&[with(400)]).unwrap_err().to_string().contains("too large: area.json"));
    }

    #[test]
    fn variants_are_not_stacks() {
        let folder = tempfile::tempdir().unwrap();
        let text = r#"{"Resources": {"A": {}, "B": {}}, "Outputs": {"C": {}}}"#;
        for name in ["area.json", "area.full.json", "area.plain.json"] {
            crate::write(&folder.path().join(name), text).unwrap();
        }
        let sizes = Size::of_all(folder.path()).unwrap();
        let [size] = sizes.as_slice() else { panic!("one stack") };
        assert_eq!((size.resources, size.outputs), (2, 1));
    }
}

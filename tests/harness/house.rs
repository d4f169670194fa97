//! The repository as its tests see it.

use std::fs;
use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests live one level below the root")
}

/// The text of a file of the repository.
pub fn text(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The folders in a folder, by name.
pub fn folders(path: impl AsRef<Path>) -> Vec<PathBuf> {
    let path = root().join(path);
    let entries = fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut folders: Vec<_> =
        entries.map(|entry| entry.expect("a readable entry").path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// The last part of a path.
pub fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A function crate.
#[derive(Debug)]
pub struct FunctionCrate {
    /// Its area.
    pub area: String,
    /// Its folder's name.
    pub name: String,
    /// Its folder.
    pub path: PathBuf,
}

/// All function crates.
pub fn functions() -> Vec<FunctionCrate> {
    let crates_of = |area: PathBuf| {
        folders(&area).into_iter().map(move |path| FunctionCrate {
            area: name(&area),
            name: name(&path),
            path,
        })
    };
    folders("functions").into_iter().flat_map(crates_of).collect()
}

/// The manifest of a crate.
pub fn manifest(path: impl AsRef<Path>) -> toml::Table {
    let file = path.as_ref().join("Cargo.toml");
    text(&file).parse().unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The names of a crate's dependencies that are not for tests only.
pub fn dependencies(manifest: &toml::Table) -> Vec<String> {
    manifest
        .get("dependencies")
        .and_then(toml::Value::as_table)
        .into_iter()
        .flat_map(|table| table.keys().cloned())
        .collect()
}

/// `sendMessage` → `send-message`, `Message` → `message`.
pub fn kebab(camel: &str) -> String {
    let mut out = String::with_capacity(camel.len() + 4);
    for character in camel.chars() {
        if character.is_ascii_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.push(character.to_ascii_lowercase());
    }
    out
}

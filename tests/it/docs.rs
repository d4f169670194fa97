//! The pages of `docs/` speak of what is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tests::house::{root, text};

const FOLDERS: [&str; 5] = ["docs/", "functions/", "infra/", "shared/", "tests/"];

/// The pages, README among them.
fn pages() -> Vec<(PathBuf, String)> {
    let docs =
        fs::read_dir(root().join("docs")).expect("a folder").map(|entry| entry.expect("an entry").path());
    let pages = docs.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.chain([root().join("README.md")]).map(|path| (path.clone(), text(path))).collect()
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files_below(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// Everything between single backticks; blocks of code are left out.
fn quoted(page: &str) -> Vec<&str> {
    let outside = page.split("```").step_by(2);
    outside.flat_map(|prose| prose.split('`').skip(1).step_by(2)).collect()
}

/// The names of the public methods of the store that ask the table.
fn store_methods() -> BTreeSet<String> {
    let mut files = Vec::new();
    files_below(&root().join("shared/data/src"), &mut files);
    let mut names = BTreeSet::new();
    for file in files {
        let source = text(file);
        let methods = source.lines().filter_map(|line| line.strip_prefix("    pub async fn "));
        names.extend(methods.filter_map(|rest| rest.split(['(', '<']).next()).map(str::to_owned));
    }
    names
}

#[test]
fn every_access_pattern_is_listed() {
    let page = text("docs/access-patterns.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let listed: BTreeSet<_> = rows.filter_map(|row| row.split('`').next()).map(str::to_owned).collect();
    let methods = store_methods();
    assert!(methods.len() > 40, "{methods:?}");
    let missing: Vec<_> = methods.difference(&listed).collect();
    assert!(missing.is_empty(), "not in docs/access-patterns.md: {missing:?}");
    let gone: Vec<_> = listed.difference(&methods).collect();
    assert!(gone.is_empty(), "in docs/access-patterns.md, but not in shared/data: {gone:?}");
}

#[test]
fn files_that_are_named_exist() {
    let mut missing = Vec::new();
    // The README leads through a field that is not there yet.
    for (page, text) in pages().into_iter().filter(|(page, _)| !page.ends_with("README.md")) {
        let named =
            quoted(&text).into_iter().filter(|name| FOLDERS.iter().any(|folder| name.starts_with(folder)));
        // A name with a pattern or a placeholder in it stands for many, one with a space is a command.
        for name in named.filter(|name| !name.contains(['<', '{', '*', ' ', '…'])) {
            if !root().join(name).exists() {
                missing.push(format!("{}: {name}", page.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut broken = Vec::new();
    for (page, text) in pages() {
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.contains("://") && !link.starts_with('#')) {
            let target = link.split('#').next().unwrap_or_default();
            if !page.parent().expect("a folder").join(target).exists() {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_route_of_the_local_cloud_is_described() {
    let page = text("docs/local-cloud.md");
    let source = text("infra/local/src/control/mod.rs");
    let routes = source.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next());
    let routes: Vec<_> = routes.filter(|route| *route != "/").collect();
    assert!(routes.len() > 10, "{routes:?}");
    let missing: Vec<_> =
        routes.iter().filter(|route| !page.contains(&format!("/_local{}", plain(route)))).collect();
    assert!(missing.is_empty(), "not in docs/local-cloud.md: {missing:?}");
}

/// A route without the names of its variables, as the page writes it.
fn plain(route: &str) -> String {
    route.replace("{letter}", "ID")
}

#[test]
fn every_option_of_the_local_cloud_is_described() {
    let page = text("docs/local-cloud.md");
    let options = [
        "--port",
        "--data-dir",
        "--memory",
        "--seed",
        "--invoke-url",
        "--live",
        "--template",
        "--schema",
        "--stack-name",
        "--parameter",
        "--faults",
        "--log-level",
    ];
    let source = text("infra/local/src/cli.rs");
    assert_eq!(source.matches("#[arg(long").count(), options.len(), "an option came or went");
    let missing: Vec<_> = options.iter().filter(|option| !page.contains(**option)).collect();
    assert!(missing.is_empty(), "not in docs/local-cloud.md: {missing:?}");
}

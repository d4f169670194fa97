//! Which crate may know which.

use tests::house::{dependencies, folders, functions, manifest, name, root};

/// Our crates below `shared`.
const SHARED: [&str; 7] = ["data", "domain", "inspection", "lambda", "media", "notify", "search"];

fn ours() -> Vec<String> {
    let local = ["local", "local-appsync", "local-aws", "local-cognito", "local-core", "tests", "xtask"];
    let functions = functions().into_iter().map(|function| function.name);
    functions.chain(local.map(str::to_owned)).chain(SHARED.map(str::to_owned)).collect()
}

/// Which of our crates a crate depends on.
fn ours_in(path: impl AsRef<std::path::Path>) -> Vec<String> {
    let ours = ours();
    dependencies(&manifest(path)).into_iter().filter(|name| ours.contains(name)).collect()
}

#[test]
fn functions_know_shared_crates_only() {
    for function in functions() {
        for dependency in ours_in(&function.path) {
            assert!(SHARED.contains(&dependency.as_str()), "{} depends on {dependency}", function.name);
        }
    }
}

#[test]
fn domain_knows_nothing_of_ours_and_nothing_of_aws() {
    assert_eq!(ours_in("shared/domain"), Vec::<String>::new());
    for dependency in dependencies(&manifest("shared/domain")) {
        let forbidden =
            dependency.starts_with("aws") || dependency.starts_with("lambda") || dependency == "tokio";
        assert!(!forbidden, "domain depends on {dependency}");
    }
}

/// What a capability decides without I/O, the data access may apply to the rows that it reads.
#[test]
fn data_knows_domain_and_pure_capabilities_only() {
    assert_eq!(ours_in("shared/data"), ["domain", "search"]);
    assert_eq!(ours_in("shared/search"), ["domain"]);
    for dependency in dependencies(&manifest("shared/search")) {
        assert!(!dependency.starts_with("aws") && dependency != "tokio", "search depends on {dependency}");
    }
}

#[test]
fn lambda_knows_data_and_domain_only() {
    assert_eq!(ours_in("shared/lambda"), ["data", "domain"]);
}

#[test]
fn capability_crates_know_domain_only() {
    for capability in ["shared/inspection", "shared/media", "shared/notify"] {
        assert_eq!(ours_in(capability), ["domain"], "{capability}");
    }
}

#[test]
fn the_parts_of_the_local_cloud_know_only_their_core() {
    for path in folders("infra/local").into_iter().filter(|path| path.join("Cargo.toml").exists()) {
        let allowed: &[&str] = if name(&path) == "core" { &[] } else { &["local-core"] };
        for dependency in ours_in(&path) {
            assert!(
                allowed.contains(&dependency.as_str()),
                "infra/local/{} depends on {dependency}",
                name(&path)
            );
        }
    }
}

#[test]
fn only_the_data_crate_speaks_dynamodb() {
    for function in functions() {
        let dependencies = dependencies(&manifest(&function.path));
        assert!(
            !dependencies.iter().any(|name| name.starts_with("aws-sdk")),
            "{} calls AWS by itself",
            function.name
        );
    }
}

#[test]
fn every_crate_of_ours_takes_the_workspace_lints() {
    let mut crates: Vec<_> = functions().into_iter().map(|function| function.path).collect();
    crates.extend(folders("shared"));
    crates.extend(folders("infra/local").into_iter().filter(|path| path.join("Cargo.toml").exists()));
    crates.extend(["infra/local", "infra/xtask", "tests"].map(|path| root().join(path)));
    for path in crates {
        let lints = manifest(&path).get("lints").and_then(|lints| lints.get("workspace").cloned());
        assert_eq!(lints, Some(toml::Value::Boolean(true)), "{}", path.display());
    }
}

//! What is lost when templates are evaluated: deletion policies, and where secrets come from.

use std::fs;

use tests::house::{root, text};

/// Every template with its path.
fn templates() -> Vec<(String, String)> {
    let nested =
        fs::read_dir(root().join("infra")).expect("a folder").map(|entry| entry.expect("an entry").path());
    let nested = nested.filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    let mut found: Vec<_> = nested.map(|path| (path.display().to_string(), text(&path))).collect();
    found.push(("template.yaml".to_owned(), text(root().join("template.yaml"))));
    assert!(found.len() > 5, "the templates are not found");
    found
}

/// The text of each resource of a kind.
fn resources<'a>(template: &'a str, kind: &'a str) -> impl Iterator<Item = &'a str> {
    let (_, resources) = template.split_once("\nResources:").expect("resources");
    let parts = resources.split("\n    Type: ").skip(1);
    parts.filter(move |part| part.lines().next() == Some(kind))
}

#[test]
fn what_cannot_be_made_again_outlives_its_stack() {
    let mut seen = 0;
    for (path, template) in templates() {
        for kind in ["AWS::DynamoDB::Table", "AWS::Cognito::UserPool", "AWS::S3::Bucket", "AWS::KMS::Key"] {
            for resource in resources(&template, kind) {
                seen += 1;
                let kept = resource.contains("\n    DeletionPolicy: RetainExceptOnCreate\n")
                    && resource.contains("\n    UpdateReplacePolicy: Retain\n");
                assert!(kept, "{path}: a {kind} goes with its stack");
            }
        }
    }
    assert!(seen >= 3, "tables, pools and keys are not found any more");
}

/// Values under these keys are secrets.
const SECRET_KEYS: [&str; 5] = ["client_secret", "SecretString", "CURSOR_KEY", "Password", "private_key"];

#[test]
fn secrets_are_references_and_never_parameters() {
    let mut seen = 0;
    for (path, template) in templates() {
        for line in template.lines().map(str::trim) {
            let Some((key, value)) = line.split_once(": ") else { continue };
            if SECRET_KEYS.contains(&key) {
                seen += 1;
                assert!(value.contains("{{resolve:"), "{path}: {line}");
            }
        }
        let (before, _) = template.split_once("\nResources:").expect("resources");
        for parameter in before.lines().filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':')) {
            let secret =
                ["Secret", "Password", "Token", "Credentials"].iter().any(|end| parameter.ends_with(end));
            assert!(!secret, "{path}: the parameter {parameter} would be readable by whoever sees the stack");
        }
    }
    assert!(seen >= 3, "the uses of secrets are not found any more");
}

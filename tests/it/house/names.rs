//! Folder, package and binary have one name, and it follows from the field.

use tests::house::{FunctionCrate, functions, kebab, manifest, text};

use super::schema::{fields_with_functions, schema};

/// Queries start with one of these.
const QUERY_VERBS: [&str; 4] = ["get", "list", "search", "sync"];

#[test]
fn queries_and_subscriptions_start_with_their_verbs() {
    let schema = schema();
    for name in schema.root_fields("Query") {
        assert!(
            QUERY_VERBS.iter().any(|verb| name.starts_with(verb)),
            "Query.{name} starts with none of {QUERY_VERBS:?}"
        );
    }
    for name in schema.root_fields("Subscription") {
        assert!(name.starts_with("on"), "Subscription.{name} does not start with on");
    }
    for name in schema.root_fields("Mutation") {
        let reads = QUERY_VERBS.iter().chain(&["on"]).any(|verb| starts_with_word(&name, verb));
        assert!(!reads, "Mutation.{name} is named like something that reads");
    }
}

/// Whether a camel-case name begins with a whole word.
fn starts_with_word(name: &str, word: &str) -> bool {
    name.strip_prefix(word).is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_uppercase()))
}

#[test]
fn folder_package_and_binary_have_one_name() {
    for FunctionCrate { area, name, path } in functions() {
        let manifest = manifest(&path);
        let package = manifest["package"]["name"].as_str().unwrap_or_default();
        assert_eq!(package, name, "functions/{area}/{name}");
        let binaries = manifest.get("bin").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        for binary in &binaries {
            assert_eq!(binary["name"].as_str(), Some(name.as_str()), "functions/{area}/{name}");
        }
    }
}

#[test]
fn every_function_is_a_field_or_a_trigger() {
    let fields: Vec<_> = fields_with_functions(&schema()).into_values().collect();
    for FunctionCrate { area, name, path } in functions() {
        let is_field = fields.contains(&name);
        let is_trigger = name.starts_with("on-");
        let is_consumer = is_consumer(&area, &path);
        assert!(
            is_field || is_trigger || is_consumer,
            "functions/{area}/{name} is neither a field nor a trigger"
        );
    }
}

/// What listens to the stream or to the bus: all of the area of events, and in others what says so in its manifest.
fn is_consumer(area: &str, path: &std::path::Path) -> bool {
    let description = manifest(path)["package"]["description"].as_str().unwrap_or_default().to_owned();
    area == "events" || description.starts_with("EventBridge, ")
}

#[test]
fn a_function_says_first_which_field_it_is() {
    let fields = fields_with_functions(&schema());
    for FunctionCrate { area, name, path } in functions() {
        let lib = text(path.join("src/lib.rs"));
        let first = lib.lines().next().unwrap_or_default();
        assert!(
            first.starts_with("//! "),
            "functions/{area}/{name}/src/lib.rs does not begin with its one sentence"
        );
        if let Some((field, _)) = fields.iter().find(|(_, function)| **function == name) {
            assert!(
                first.contains(field.as_str()),
                "functions/{area}/{name}/src/lib.rs does not name {field} first"
            );
        }
        let main = text(path.join("src/main.rs"));
        assert!(main.lines().count() <= 12, "functions/{area}/{name}/src/main.rs holds logic");
        assert!(lib.lines().count() <= 300, "functions/{area}/{name}/src/lib.rs is no thin handler");
    }
}

#[test]
fn kebab_case_follows_from_camel_case() {
    assert_eq!(kebab("sendMessage"), "send-message");
    assert_eq!(kebab("getMe"), "get-me");
    assert_eq!(kebab("Message"), "message");
}

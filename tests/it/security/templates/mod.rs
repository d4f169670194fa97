//! What the templates must say about protection (QUALITY S11), under every way to deploy them.

mod data;
mod functions;
mod policies;
mod production;
mod source;

use std::collections::BTreeMap;

use local_aws::template::{Deployment, MemorySecrets, Options, Resource};
use serde_json::Value;
use tests::house::root;

/// A development stack as it comes, and a production stack with everything that can be switched on.
fn variants() -> [Deployment; 2] {
    let everything = [
        ("Stage", "prod"),
        ("OwnKey", "on"),
        ("RequestsPerAddress", "2000"),
        ("ApiDomain", "chat.example.com"),
        ("ApiCertificateArn", "arn:aws:acm:us-east-1:000000000000:certificate/0a1b2c"),
    ];
    [deployment(&[]), deployment(&everything)]
}

fn deployment(parameters: &[(&str, &str)]) -> Deployment {
    let parameters: BTreeMap<_, _> =
        parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let options = Options { parameters, ..Options::default() };
    let read = Deployment::read(&root().join("template.yaml"), &options, &MemorySecrets::default());
    read.unwrap_or_else(|error| panic!("{error}"))
}

/// What is wrong with a resource, or nothing.
type Check = fn(&Deployment, &Resource) -> Vec<String>;

/// Everything that is wrong, with its place.
fn findings(deployment: &Deployment, check: Check) -> Vec<String> {
    let of = |resource: &Resource| {
        let place = format!("{}: {}", resource.template, resource.logical_id);
        check(deployment, resource).into_iter().map(move |finding| format!("{place}: {finding}"))
    };
    deployment.resources.iter().flat_map(of).collect()
}

/// Nothing is wrong in any variant.
#[track_caller]
fn holds(check: Check) {
    for variant in variants() {
        let found = findings(&variant, check);
        assert!(found.is_empty(), "{found:#?}");
    }
}

/// The check is not blind: it finds something when the first resource of a kind loses a property, or has another value.
#[track_caller]
fn notices(check: Check, kind: &str, property: &str, value: Value) {
    let mut broken = deployment(&[("Stage", "prod")]);
    let resource =
        broken.resources.iter_mut().find(|resource| resource.kind == kind).expect("one of this kind");
    *resource.properties.pointer_mut(property).unwrap_or_else(|| panic!("{kind} has no {property}")) = value;
    assert!(!findings(&broken, check).is_empty(), "{kind}{property} is not looked at");
}

/// The value at a path of a resource's properties.
fn at<'a>(resource: &'a Resource, path: &str) -> &'a Value {
    resource.properties.pointer(path).unwrap_or(&Value::Null)
}

/// The finding, unless the condition holds.
fn unless(condition: bool, finding: &str) -> Option<String> {
    (!condition).then(|| finding.to_owned())
}

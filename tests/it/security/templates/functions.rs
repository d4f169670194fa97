//! Every function is traced, its logs end, and what it gives up is kept.

use local_aws::template::{Deployment, EventSource, Resource};
use serde_json::{Value, json};

use super::{at, holds, notices, unless, variants};

fn functions(deployment: &Deployment, resource: &Resource) -> Vec<String> {
    if resource.kind != "AWS::Serverless::Function" {
        return Vec::new();
    }
    let group = at(resource, "/LoggingConfig/LogGroup");
    let known = deployment
        .resources
        .iter()
        .any(|other| other.kind == "AWS::Logs::LogGroup" && group == other.reference.as_str());
    [
        unless(known, "logs into a group that nobody limits"),
        unless(at(resource, "/Tracing") == "Active", "is not traced"),
        unless(
            at(resource, "/Timeout").as_u64().is_some_and(|seconds| seconds <= 60),
            "may run for too long",
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn log_groups(_: &Deployment, resource: &Resource) -> Vec<String> {
    let limited = resource.kind != "AWS::Logs::LogGroup" || !at(resource, "/RetentionInDays").is_null();
    unless(limited, "is kept for ever").into_iter().collect()
}

#[test]
fn functions_are_traced_and_their_logs_end() {
    holds(functions);
    holds(log_groups);
    notices(functions, "AWS::Serverless::Function", "/Tracing", json!("PassThrough"));
    notices(functions, "AWS::Serverless::Function", "/LoggingConfig", Value::Null);
    notices(log_groups, "AWS::Logs::LogGroup", "/RetentionInDays", Value::Null);
}

/// Streams and rules try for ever or give up without a trace, unless they are told otherwise.
#[test]
fn whatever_is_given_up_is_kept_after_bounded_retries() {
    for deployment in variants() {
        let mut seen = 0;
        for function in &deployment.functions {
            for event in &function.events {
                let (retries, age, kept) = match event {
                    EventSource::Stream(stream) => {
                        assert!(stream.reports_item_failures && stream.bisect_on_error, "{}", function.name);
                        (stream.maximum_retries, stream.maximum_age.is_some(), &stream.on_failure)
                    }
                    EventSource::Rule(rule) => (Some(rule.maximum_retries), true, &rule.on_failure),
                    EventSource::Bucket { .. } => {
                        (Some(function.unattended_retries), true, &function.unattended_dead_letter)
                    }
                    EventSource::Schedule(_) | EventSource::Other { .. } => continue,
                };
                assert!(retries.is_some_and(|retries| retries <= 5), "{} tries too often", function.name);
                assert!(age && kept.is_some(), "{} loses what it gives up", function.name);
                seen += 1;
            }
        }
        assert!(seen >= 3, "streams and rules are not found any more");
    }
}

fn api(_: &Deployment, resource: &Resource) -> Vec<String> {
    if resource.kind != "AWS::AppSync::GraphQLApi" {
        return Vec::new();
    }
    let limited = |name: &str| at(resource, name).as_u64().is_some_and(|limit| limit > 0);
    [
        unless(at(resource, "/XrayEnabled") == true, "is not traced"),
        unless(at(resource, "/LogConfig/FieldLogLevel") == "ERROR", "logs no errors, or more than errors"),
        unless(at(resource, "/LogConfig/ExcludeVerboseContent") == true, "logs what people write"),
        unless(limited("/QueryDepthLimit"), "takes queries of any depth"),
        unless(limited("/ResolverCountLimit"), "runs any number of resolvers"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn the_api_is_limited_and_silent_about_content() {
    holds(api);
    for name in
        ["/XrayEnabled", "/LogConfig/ExcludeVerboseContent", "/QueryDepthLimit", "/ResolverCountLimit"]
    {
        notices(api, "AWS::AppSync::GraphQLApi", name, Value::Null);
    }
}

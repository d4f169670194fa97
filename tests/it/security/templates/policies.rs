//! No policy of any kind allows more than it names.

use local_aws::template::{Deployment, Resource};
use serde_json::{Value, json};

use super::{holds, notices};

/// Policies in which `*` as the resource is the thing itself: those of keys.
const SELF: &str = "AWS::KMS::Key";

/// Grants on `*`, each for a reason; an action that can be limited to a resource has no place here.
const UNLIMITED: [(&str, &str); 0] = [];

/// Every statement in the properties, wherever it stands.
fn statements(value: &Value) -> Vec<&Value> {
    match value {
        Value::Object(fields) if fields.contains_key("Effect") => vec![value],
        Value::Object(fields) => fields.values().flat_map(statements).collect(),
        Value::Array(items) => items.iter().flat_map(statements).collect(),
        _ => Vec::new(),
    }
}

/// The texts of a value that is one text or a list of them.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        single => single.as_str().into_iter().collect(),
    }
}

fn policies(_: &Deployment, resource: &Resource) -> Vec<String> {
    let allowing = statements(&resource.properties).into_iter().filter(|found| found["Effect"] == "Allow");
    allowing.flat_map(|statement| judge(resource, statement)).collect()
}

fn judge(resource: &Resource, statement: &Value) -> Vec<String> {
    let actions = texts(&statement["Action"]);
    let mut found: Vec<_> = actions
        .iter()
        .filter(|action| action.contains('*'))
        .map(|action| format!("allows {action}"))
        .collect();
    if actions.is_empty() {
        found.push("allows actions that it does not name".to_owned());
    }
    let everywhere = resource.kind != SELF && texts(&statement["Resource"]).contains(&"*");
    let reasoned = |action: &&str| UNLIMITED.iter().any(|(allowed, _)| allowed == action);
    if everywhere && !actions.iter().all(reasoned) {
        found.push(format!("allows {actions:?} on everything"));
    }
    let principal = &statement["Principal"];
    let anybody = principal == "*" || texts(&principal["AWS"]).contains(&"*");
    let own_account = !statement["Condition"]["StringEquals"]["kms:CallerAccount"].is_null();
    if anybody && !own_account {
        found.push("allows anybody".to_owned());
    }
    found
}

/// Managed policies of AWS change without us and mostly name `*`: these let a service write logs and traces, no more.
const MANAGED: [&str; 3] = [
    "service-role/AWSAppSyncPushToCloudWatchLogs",
    // What SAM gives every function; a role that is written out has to say it.
    "service-role/AWSLambdaBasicExecutionRole",
    "AWSXRayDaemonWriteAccess",
];

fn managed(_: &Deployment, resource: &Resource) -> Vec<String> {
    let listed = [&resource.properties["ManagedPolicyArns"], &resource.properties["Policies"]];
    let arns = listed.into_iter().flat_map(texts);
    let unknown = arns.filter(|arn| !MANAGED.iter().any(|known| arn.ends_with(known)));
    unknown.map(|arn| format!("takes over {arn}")).collect()
}

#[test]
fn no_policy_allows_more_than_it_names() {
    holds(policies);
    holds(managed);
    let trust = "/AssumeRolePolicyDocument/Statement";
    notices(policies, "AWS::IAM::Role", trust, allowing("lambda:*", "arn:aws:lambda:::x"));
    notices(policies, "AWS::IAM::Role", trust, allowing("lambda:InvokeFunction", "*"));
    notices(
        policies,
        "AWS::SQS::QueuePolicy",
        "/PolicyDocument/Statement",
        json!([{
            "Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:::x",
        }]),
    );
    let everything = json!(["arn:aws:iam::aws:policy/AdministratorAccess"]);
    notices(managed, "AWS::Serverless::Function", "/Policies", everything);
}

fn allowing(action: &str, resource: &str) -> Value {
    json!([{ "Effect": "Allow", "Action": action, "Resource": resource }])
}

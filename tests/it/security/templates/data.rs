//! What holds data is encrypted, comes back after an accident, and is reached over TLS only.

use local_aws::template::{Deployment, Resource};
use serde_json::{Value, json};

use super::{at, holds, notices, unless, variants};

fn tables(_: &Deployment, resource: &Resource) -> Vec<String> {
    if resource.kind != "AWS::DynamoDB::Table" {
        return Vec::new();
    }
    let recovery = at(resource, "/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled") == true;
    let encryption = at(resource, "/SSESpecification/SSEEnabled") == true;
    [unless(recovery, "no point-in-time recovery"), unless(encryption, "no encryption")]
        .into_iter()
        .flatten()
        .collect()
}

#[test]
fn tables_are_encrypted_and_recoverable() {
    holds(tables);
    let recovery = "/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled";
    notices(tables, "AWS::DynamoDB::Table", recovery, json!(false));
    notices(tables, "AWS::DynamoDB::Table", "/SSESpecification", Value::Null);
}

/// The longest that SQS keeps anything: two weeks, in which somebody has to look.
const TWO_WEEKS: u32 = 1_209_600;

fn queues(deployment: &Deployment, resource: &Resource) -> Vec<String> {
    if resource.kind != "AWS::SQS::Queue" {
        return Vec::new();
    }
    let encrypted =
        at(resource, "/SqsManagedSseEnabled") == true || at(resource, "/KmsMasterKeyId").is_string();
    let policies = deployment.resources.iter().filter(|policy| {
        let queues = at(policy, "/Queues").as_array();
        policy.kind == "AWS::SQS::QueuePolicy"
            && queues.is_some_and(|queues| queues.contains(&json!(resource.reference)))
    });
    [
        unless(encrypted, "is not encrypted"),
        unless(at(resource, "/MessageRetentionPeriod") == TWO_WEEKS, "does not keep for two weeks"),
        unless(policies.into_iter().any(refuses_open_connections), "takes connections without TLS"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn topics(deployment: &Deployment, resource: &Resource) -> Vec<String> {
    if resource.kind != "AWS::SNS::Topic" {
        return Vec::new();
    }
    let policies = deployment.resources.iter().filter(|policy| {
        let topics = at(policy, "/Topics").as_array();
        policy.kind == "AWS::SNS::TopicPolicy"
            && topics.is_some_and(|topics| topics.contains(&json!(resource.reference)))
    });
    let closed = policies.into_iter().any(refuses_open_connections);
    unless(closed, "takes connections without TLS").into_iter().collect()
}

fn buckets(deployment: &Deployment, resource: &Resource) -> Vec<String> {
    if resource.kind != "AWS::S3::Bucket" {
        return Vec::new();
    }
    let block = at(resource, "/PublicAccessBlockConfiguration");
    let parts = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
    let policies = deployment.resources.iter().filter(|policy| {
        policy.kind == "AWS::S3::BucketPolicy" && at(policy, "/Bucket") == resource.reference.as_str()
    });
    [
        unless(parts.iter().all(|part| block[part] == true), "may be opened to the public"),
        unless(at(resource, "/BucketEncryption").is_object(), "says nothing about encryption"),
        unless(policies.into_iter().any(refuses_open_connections), "takes connections without TLS"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether a policy denies everything to everybody who does not use TLS.
fn refuses_open_connections(policy: &Resource) -> bool {
    let statements = at(policy, "/PolicyDocument/Statement").as_array().cloned().unwrap_or_default();
    statements.iter().any(|statement| {
        statement["Effect"] == "Deny"
            && statement["Principal"] == "*"
            && statement["Action"].as_str().is_some_and(|action| action.ends_with(":*"))
            && statement["Condition"] == json!({ "Bool": { "aws:SecureTransport": "false" } })
    })
}

#[test]
fn queues_topics_and_buckets_are_closed_and_encrypted() {
    holds(queues);
    holds(topics);
    holds(buckets);
    notices(queues, "AWS::SQS::Queue", "/SqsManagedSseEnabled", json!(false));
    notices(queues, "AWS::SQS::Queue", "/MessageRetentionPeriod", json!(60));
    notices(queues, "AWS::SQS::QueuePolicy", "/PolicyDocument/Statement", json!([]));
}

/// Where each kind says by which key it is encrypted.
const KEYS: [(&str, &str); 6] = [
    ("AWS::DynamoDB::Table", "/SSESpecification/KMSMasterKeyId"),
    ("AWS::Logs::LogGroup", "/KmsKeyId"),
    (
        "AWS::S3::Bucket",
        "/BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/KMSMasterKeyID",
    ),
    ("AWS::SQS::Queue", "/KmsMasterKeyId"),
    ("AWS::SecretsManager::Secret", "/KmsKeyId"),
    ("AWS::Serverless::Function", "/KmsKeyArn"),
];

#[test]
fn a_key_of_ones_own_encrypts_everything_that_holds_data() {
    let [plain, full] = variants();
    let key = full.resources.iter().find(|resource| resource.kind == "AWS::KMS::Key").expect("a key");
    for (kind, property) in KEYS {
        let of_kind = |resource: &&Resource| resource.kind == kind;
        let keys = |deployment: &Deployment| -> Vec<Value> {
            deployment
                .resources
                .iter()
                .filter(of_kind)
                .map(|resource| at(resource, property).clone())
                .collect()
        };
        let encrypted = keys(&full);
        assert!(!encrypted.is_empty(), "there is no {kind} any more");
        assert!(encrypted.iter().all(|used| used == key.attribute("Arn")), "{kind}: {encrypted:?}");
        assert!(keys(&plain).iter().all(Value::is_null), "{kind} has a key where none is wanted");
    }
}

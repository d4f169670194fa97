//! Buckets.

use serde::Serialize;

use crate::policy::Statement;

/// An S3 bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BucketSpec {
    /// Its name in the template.
    pub logical_id: String,
    /// The bucket's name.
    pub name: String,
    /// The bucket's ARN.
    pub arn: String,
    /// Which pages of other origins may do what; the first that fits counts.
    pub cors: Vec<CorsRule>,
    /// What ends by itself.
    pub lifecycle: Vec<LifecycleRule>,
    /// Which functions learn of what.
    pub notifications: Vec<NotificationSpec>,
    /// Whether EventBridge learns of everything.
    pub to_event_bridge: bool,
    /// Whether bucket policies and lists cannot open it to strangers.
    pub closed_to_public: bool,
    /// What its policy denies to everybody.
    pub denies: Vec<Statement>,
}

/// What a page of another origin may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CorsRule {
    /// Origins, with one `*` at most in each.
    pub origins: Vec<String>,
    /// `GET`, `PUT`, `POST`, `HEAD`, `DELETE`.
    pub methods: Vec<String>,
    /// Headers that a request may have, with one `*` at most in each.
    pub headers: Vec<String>,
    /// Headers of the answer that the page may read.
    pub exposed: Vec<String>,
    /// How long a browser may remember the rule, in seconds.
    pub max_age: Option<u32>,
}

/// What ends by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LifecycleRule {
    /// Its name; may be empty.
    pub id: String,
    /// What the keys begin with.
    pub prefix: String,
    /// Tags that an object must all have.
    pub tags: Vec<(String, String)>,
    /// An object ends so many days after it was put, at the next midnight.
    pub expiration_days: Option<u32>,
    /// An upload in parts ends so many days after it was begun.
    pub abort_days: Option<u32>,
}

/// A function that learns of what happens in a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationSpec {
    /// The name of the event in the template.
    pub name: String,
    /// Such as `s3:ObjectCreated:*`.
    pub events: Vec<String>,
    /// What the keys begin with.
    pub prefix: String,
    /// What the keys end with.
    pub suffix: String,
    /// The function, by the name of its crate.
    pub function: String,
}

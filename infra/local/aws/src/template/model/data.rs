//! Tables, queues, buses and roles.

use serde::Serialize;
use serde_json::Value;

use crate::policy::Statement;

/// A DynamoDB table.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TableSpec {
    /// Its name in the template.
    pub logical_id: String,
    /// The table's name.
    pub name: String,
    /// The table's ARN.
    pub arn: String,
    /// The stream's ARN, if it has one.
    pub stream_arn: Option<String>,
    /// The body of the `CreateTable` request.
    pub create: Value,
    /// The attribute that says when an item expires, in seconds since the epoch.
    pub ttl_attribute: Option<String>,
    /// Whether point-in-time recovery is on.
    pub point_in_time_recovery: bool,
    /// Whether the table cannot be deleted.
    pub deletion_protection: bool,
}

/// An SQS queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct QueueSpec {
    /// Its name in the template; for a queue that SAM makes for a rule, that of the rule's event.
    pub logical_id: String,
    /// The queue's name.
    pub name: String,
    /// The queue's ARN.
    pub arn: String,
}

/// An EventBridge bus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BusSpec {
    /// Its name in the template.
    pub logical_id: String,
    /// The bus's name.
    pub name: String,
    /// The bus's ARN.
    pub arn: String,
}

/// An IAM role of the template.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleSpec {
    /// Its name in the template.
    pub logical_id: String,
    /// The role's ARN.
    pub arn: String,
    /// Services that may take the role, such as `appsync.amazonaws.com`.
    pub services: Vec<String>,
    /// Its inline policies, one after the other. Managed policies are AWS's own and say nothing about the chat.
    pub statements: Vec<Statement>,
}

//! Tables, seen from a service that reads and writes them for its users.

use futures::future::BoxFuture;
use serde_json::Value;

/// Calls DynamoDB on behalf of somebody whom the templates give a role.
pub trait Tables: Send + Sync {
    /// One call, such as `PutItem`, with the request and the answer of DynamoDB's own API.
    ///
    /// `caller` is the name under which the policies know the role, such as `data-source/Notes`.
    fn call<'a>(
        &'a self,
        caller: &'a str,
        operation: &'a str,
        request: Value,
    ) -> BoxFuture<'a, Result<Value, TableError>>;
}

/// A refusal by DynamoDB.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct TableError {
    /// Such as `ConditionalCheckFailedException`.
    pub code: String,
    /// DynamoDB's own words.
    pub message: String,
    /// The item on which a condition failed, if it was asked for.
    pub item: Option<Value>,
}

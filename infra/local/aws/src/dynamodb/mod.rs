//! DynamoDB: a gate before an embedded engine.

//! Messages to the client.

use serde_json::{Value, json};

/// How long a client waits for a sign of life, in milliseconds.
const TIMEOUT_MS: u64 = 300_000;

/// One element of `payload.errors`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Problem {
    pub(super) error_type: Option<String>,
    pub(super) message: Option<String>,
    /// On connecting only.
    pub(super) code: Option<u16>,
}

impl Problem {
    pub(super) fn new(error_type: &str, message: impl Into<String>) -> Self {
        Problem { error_type: Some(error_type.to_owned()), message: Some(message.into()), code: None }
    }

    fn json(&self) -> Value {
        let mut problem = serde_json::Map::new();
        if let Some(error_type) = &self.error_type {
            problem.insert("errorType".to_owned(), json!(error_type));
        }
        if let Some(message) = &self.message {
            problem.insert("message".to_owned(), json!(message));
        }
        if let Some(code) = self.code {
            problem.insert("errorCode".to_owned(), json!(code));
        }
        Value::Object(problem)
    }
}

pub(super) fn connection_ack() -> String {
    json!({"type": "connection_ack", "payload": {"connectionTimeoutMs": TIMEOUT_MS}}).to_string()
}

pub(super) fn connection_error(problem: &Problem) -> String {
    json!({"type": "connection_error", "payload": {"errors": [problem.json()]}}).to_string()
}

pub(super) fn keep_alive() -> String {
    json!({"type": "ka"}).to_string()
}

pub(super) fn start_ack(id: &str) -> String {
    json!({"type": "start_ack", "id": id}).to_string()
}

pub(super) fn complete(id: &str) -> String {
    json!({"type": "complete", "id": id}).to_string()
}

/// An event. The payload is JSON already, written once for all who select the same.
pub(super) fn data(id: &str, payload: &str) -> String {
    format!("{{\"type\":\"data\",\"id\":{},\"payload\":{payload}}}", Value::from(id))
}

/// An error. Some are about no subscription in particular.
pub(super) fn error(id: Option<&str>, problems: &[Problem]) -> String {
    let errors: Vec<Value> = problems.iter().map(Problem::json).collect();
    match id {
        Some(id) => json!({"type": "error", "id": id, "payload": {"errors": errors}}).to_string(),
        None => json!({"type": "error", "payload": {"errors": errors}}).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_json() {
        let frame: Value = serde_json::from_str(&data("a\"b", "{\"data\":{}}")).unwrap();
        assert_eq!(frame, json!({"type": "data", "id": "a\"b", "payload": {"data": {}}}));
        let frame: Value = serde_json::from_str(&error(None, &[Problem::new("T", "m")])).unwrap();
        assert_eq!(
            frame,
            json!({"type": "error", "payload": {"errors": [{"errorType": "T", "message": "m"}]}})
        );
    }
}

//! What a script's request handler asks of its data source.

use serde_json::Value;

use crate::error::Failure;

/// What an asynchronous invocation of a function takes, in bytes.
const LARGEST_EVENT: usize = 1024 * 1024;

/// A request to a function.
#[derive(Debug, PartialEq)]
pub(super) struct LambdaRequest {
    pub(super) payload: Value,
    pub(super) is_batch: bool,
    /// `Event`: nobody waits for the answer.
    pub(super) is_event: bool,
}

/// Reads `{operation, invocationType, payload}`.
pub(super) fn lambda(mut value: Value) -> Result<LambdaRequest, Failure> {
    let is_batch = match value.get("operation").and_then(Value::as_str) {
        Some("Invoke") => false,
        Some("BatchInvoke") => true,
        Some(other) => return Err(refused(format!("Unsupported operation '{other}'."))),
        None => return Err(refused("Value for field '$[operation]' not found.".to_owned())),
    };
    let is_event = match value.get("invocationType").and_then(Value::as_str) {
        None | Some("RequestResponse") => false,
        Some("Event") => true,
        Some(other) => return Err(refused(format!("Unsupported invocation type '{other}'."))),
    };
    let payload = value.get_mut("payload").map(Value::take).unwrap_or_default();
    if is_event && payload.to_string().len() > LARGEST_EVENT {
        return Err(refused(format!(
            "Request must be smaller than {LARGEST_EVENT} bytes for an asynchronous invocation"
        )));
    }
    Ok(LambdaRequest { payload, is_batch, is_event })
}

/// The value of a data source that has none: the payload itself.
pub(super) fn none(mut value: Value) -> Value {
    value.get_mut("payload").map(Value::take).unwrap_or_default()
}

fn refused(message: String) -> Failure {
    Failure::new("MappingTemplate", message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_nobody_waits_for_is_at_most_a_megabyte() {
        let ask = |kind: &str, bytes: usize| {
            lambda(json!({ "operation": "Invoke", "invocationType": kind, "payload": "x".repeat(bytes - 2) }))
        };
        assert!(ask("Event", LARGEST_EVENT).is_ok());
        assert!(ask("Event", LARGEST_EVENT + 1).is_err());
        assert!(ask("RequestResponse", LARGEST_EVENT + 1).is_ok());
    }
}

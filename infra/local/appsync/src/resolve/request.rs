//! What a script's request handler asks of its data source.

use serde_json::Value;

use crate::error::Failure;

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
    Ok(LambdaRequest { payload, is_batch, is_event })
}

/// The value of a data source that has none: the payload itself.
pub(super) fn none(mut value: Value) -> Value {
    value.get_mut("payload").map(Value::take).unwrap_or_default()
}

fn refused(message: String) -> Failure {
    Failure::new("MappingTemplate", message)
}

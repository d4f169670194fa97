//! What becomes of one message of several.

use serde::Serialize;

use super::Message;
use crate::Error;
use crate::error::ErrorKind;

/// What became of one message of several.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SendMessageResult {
    /// The client-made id, as the client spelt it.
    pub id: String,
    /// In which conversation it should be.
    pub conversation_id: String,
    /// The message, if it was sent.
    pub message: Option<Message>,
    /// Why it was not, if not.
    pub error_type: Option<ErrorKind>,
    /// The same in words.
    pub error_message: Option<String>,
}

impl SendMessageResult {
    /// The result of one.
    pub fn new(id: &str, conversation_id: &str, result: Result<Message, Error>) -> Self {
        let error = result.as_ref().err();
        SendMessageResult {
            id: id.to_owned(),
            conversation_id: conversation_id.to_owned(),
            error_type: error.map(Error::kind),
            error_message: error.map(|error| error.message().to_owned()),
            message: result.ok(),
        }
    }
}

/// Why a message was not tried: one before it in the same conversation failed, and the order must hold.
pub fn held_back() -> Error {
    Error::new(ErrorKind::Unavailable, "an earlier message of this conversation was not sent")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_tells_its_type_and_its_words_for_clients_only() {
        let error = Error::unavailable("table is busy");
        let result = SendMessageResult::new("1", "c", Err(error));
        let json = serde_json::to_value(&result).unwrap();
        assert_eq!(json["errorType"], "Unavailable");
        assert!(json["message"].is_null());
        assert!(!json.to_string().contains("busy"));
    }
}

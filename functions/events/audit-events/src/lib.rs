//! The event bus → the log: one line for each event that administers something, with its ids, as a record of who did
//! what when: accounts, conversations, members and roles, not messages. EventBridge calls it; an event that comes twice makes two lines with the same id.

use domain::Error;
use lambda::{BusEvent, Context, Function};
use serde::Deserialize;

/// The ids of an event. All else in it is for others.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Detail {
    id: String,
    conversation_id: Option<String>,
    user_id: Option<String>,
    actor_id: Option<String>,
}

/// Writes the line.
pub async fn handle(_: &Context, event: BusEvent<Detail>) -> Result<(), Error> {
    let Detail { id, conversation_id, user_id, actor_id } = event.detail;
    tracing::info!(event = event.detail_type, id, conversation_id, user_id, actor_id, "audit");
    Ok(())
}

/// The function.
pub fn function() -> Function {
    lambda::event(handle)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn events_of_all_kinds_have_an_id() {
        let changed: Detail =
            lambda::parse(json!({"id": "c:r1", "conversationId": "c", "rev": 1, "actorId": "a"})).unwrap();
        assert_eq!((changed.id.as_str(), changed.user_id), ("c:r1", None));
        assert!(lambda::parse::<Detail>(json!({"conversationId": "c"})).is_err());
    }
}

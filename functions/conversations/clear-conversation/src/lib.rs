//! `Mutation.clearConversation`: hides everything so far from the caller, for the caller only, for members.
//! `NotFound` for everybody else.

use domain::Error;
use domain::conversation::ConversationState;
use domain::id::ConversationId;
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    conversation_id: ConversationId,
}

/// Clears.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<Input>,
) -> Result<ConversationState, Error> {
    ctx.store().own_clear(&caller.user_id, &arguments.input.conversation_id).await
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_of_conversation_can_be_cleared() {
        for kind in ["d", "g"] {
            let input = json!({"conversationId": format!("{kind}-{}", "0".repeat(32))});
            assert!(lambda::parse::<WithInput<Input>>(json!({ "input": input })).is_ok());
        }
    }
}

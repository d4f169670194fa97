//! `Query.getConversation`: one conversation with the caller's own state, for its members. `NotFound` for everybody else.

use domain::Error;
use domain::conversation::Conversation;
use domain::id::ConversationId;
use lambda::{Context, Function, SignedIn, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arguments {
    conversation_id: ConversationId,
}

/// Reads the conversation as the caller has it.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<Conversation, Error> {
    let conversation = ctx.store().conversation_get(&caller.user_id, &arguments.conversation_id).await?;
    conversation.ok_or_else(Error::not_found)
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
    fn only_the_id_of_a_conversation_is_read() {
        let read = |id: &str| lambda::parse::<Arguments>(json!({ "conversationId": id }));
        assert!(read("g-00000000000000000000000000000000").is_ok());
        assert_eq!(read("x").unwrap_err().message(), "conversationId: not the id of a conversation");
    }
}

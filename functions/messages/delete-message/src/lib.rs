//! `Mutation.deleteMessage`: deletes a message for the caller (members), or for everyone (the sender for 48 hours,
//! owners and admins of groups at any time). `Forbidden` for others; `LimitExceeded` after 1,000 for oneself.

use domain::Error;
use domain::id::{ConversationId, MessageId};
use domain::message::{Message, Place};
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// For whom a message is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum DeleteScope {
    /// For the caller only.
    Me,
    /// For everyone.
    Everyone,
}

/// What to do.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    conversation_id: ConversationId,
    message_id: MessageId,
    scope: DeleteScope,
}

/// Deletes the message.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: WithInput<Input>) -> Result<Message, Error> {
    let Input { conversation_id, message_id, scope } = arguments.input;
    let place = Place { user_id: caller.user_id, conversation_id, message_id, now: ctx.now() };
    let message = match scope {
        DeleteScope::Me => ctx.store().message_hide(&place).await?,
        DeleteScope::Everyone => ctx.store().message_delete(&place).await?,
    };
    Ok(message.at(place.now))
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

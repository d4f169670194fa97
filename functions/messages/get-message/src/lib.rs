//! `Query.getMessage`: one message, for members who may see it.

use domain::Error;
use domain::id::{ConversationId, MessageId};
use domain::message::Message;
use lambda::{Context, Function, SignedIn, field};
use serde::Deserialize;

/// Which message.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arguments {
    conversation_id: ConversationId,
    message_id: MessageId,
}

/// Reads the message.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<Message, Error> {
    let Arguments { conversation_id, message_id } = arguments;
    let message = ctx.store().message_get(&caller.user_id, &conversation_id, &message_id).await?;
    Ok(message.at(ctx.now()))
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

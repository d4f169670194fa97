//! `Query.listPinnedMessages`: the pinned messages of a conversation, last pinned first, for members.

use domain::Error;
use domain::id::ConversationId;
use domain::message::Message;
use lambda::{Context, Function, SignedIn, field};
use serde::Deserialize;

/// Which conversation.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arguments {
    conversation_id: ConversationId,
}

/// Reads the messages.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<Vec<Message>, Error> {
    ctx.store().pin_list(&caller.user_id, &arguments.conversation_id, ctx.now()).await
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

//! `Subscription.onTyping`: lets members listen to who types in a conversation; `NotFound` for others.
//! The filters are set by `infra/resolvers/onTyping.js`, because a function cannot.

use domain::Error;
use domain::id::ConversationId;
use lambda::{Context, Function, SignedIn, field};
use serde::{Deserialize, Serialize};

/// Which conversation.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arguments {
    conversation_id: ConversationId,
}

/// Whose membership the subscription lasts as long as.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listening {
    conversation_id: ConversationId,
    user_id: domain::id::UserId,
}

/// Checks the membership.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<Listening, Error> {
    let conversation_id = arguments.conversation_id;
    let state = ctx.store().state_get(&caller.user_id, &conversation_id).await?;
    state.ok_or_else(Error::not_found)?;
    Ok(Listening { conversation_id, user_id: caller.user_id })
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

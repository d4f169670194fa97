//! `Mutation.setTyping`: tells the other members what the caller does, for members who may send. Nothing is stored.
//! `Forbidden` in a closed conversation or an announcement group.

use domain::Error;
use domain::id::ConversationId;
use domain::message::{TypingActivity, TypingEvent};
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// What the caller does.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    conversation_id: ConversationId,
    activity: TypingActivity,
}

/// Checks that the caller may send; AppSync then delivers the answer to who listens.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<Input>,
) -> Result<TypingEvent, Error> {
    let Input { conversation_id, activity } = arguments.input;
    ctx.store().membership_get(&caller.user_id, &conversation_id).await?.may_send()?;
    Ok(TypingEvent { conversation_id, user_id: caller.user_id, activity, at: ctx.now() })
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

//! `Mutation.leaveConversation`: leaves a group, for anybody signed in; the answer is the group's id.
//! Who is no member has left already, whatever the id is of. `BadRequest` for a direct conversation.

use domain::Error;
use domain::conversation::GroupId;
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    conversation_id: GroupId,
}

/// Leaves.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: WithInput<Input>) -> Result<GroupId, Error> {
    let Input { conversation_id: id } = arguments.input;
    ctx.store().member_leave(&caller.user_id, &id, ctx.now()).await?;
    Ok(id)
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
    fn a_direct_conversation_is_not_left() {
        let read = |id: &str| lambda::parse::<WithInput<Input>>(json!({"input": {"conversationId": id}}));
        assert!(read("g-00000000000000000000000000000000").is_ok());
        assert!(read("d-00000000000000000000000000000000").is_err());
    }
}

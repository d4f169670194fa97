//! `Mutation.removeMember`: removes a member, who loses access at once: owners remove anybody else, admins remove members.
//! `NotFound` for who is no member, `Forbidden` by role, `BadRequest` for oneself.

use domain::Error;
use domain::conversation::{Conversation, GroupId};
use domain::id::UserId;
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    conversation_id: GroupId,
    user_id: UserId,
}

/// Removes the member and reads the group as the caller has it.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<Input>,
) -> Result<Conversation, Error> {
    let (me, Input { conversation_id: id, user_id }) = (&caller.user_id, arguments.input);
    if user_id == *me {
        return Err(Error::bad_request("userId: that is you: leave the group instead"));
    }
    ctx.store().member_remove(me, &id, &user_id, ctx.now()).await?;
    ctx.store().conversation_get(me, &id).await?.ok_or_else(Error::not_found)
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
    fn group_and_member_must_be_named() {
        let group = "g-00000000000000000000000000000000";
        let user = "00000000-0000-4000-8000-00000000000b";
        let read = |input| lambda::parse::<WithInput<Input>>(json!({ "input": input }));
        assert!(read(json!({"conversationId": group, "userId": user})).is_ok());
        assert!(read(json!({"conversationId": group})).is_err());
        assert!(read(json!({"userId": user})).is_err());
    }
}

//! `Mutation.revokeInviteLink`: ends an invite link of a group, for its owners and admins. `NotFound` for who is no member
//! and for a link of another group, `Forbidden` for who is no admin.

use domain::Error;
use domain::conversation::{GroupId, InviteLink};
use domain::id::InviteCode;
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    conversation_id: GroupId,
    code: InviteCode,
}

/// Ends the link.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<Input>,
) -> Result<InviteLink, Error> {
    let Input { conversation_id: id, code } = arguments.input;
    ctx.store().link_revoke(&caller.user_id, &id, &code).await
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
    fn a_link_is_named_by_its_group_and_its_secret() {
        let (group, code) = ("g-00000000000000000000000000000000", "A".repeat(22));
        let read = |input| lambda::parse::<WithInput<Input>>(json!({ "input": input }));
        assert!(read(json!({"conversationId": group, "code": code})).is_ok());
        assert!(read(json!({"conversationId": group, "code": "A"})).is_err());
    }
}

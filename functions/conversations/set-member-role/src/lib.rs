//! `Mutation.setMemberRole`: changes a member's role, for owners. `NotFound` for who is no member, and about who is none,
//! `Forbidden` for who is no owner, and for the last owner's own role.

use data::conversations::role::RoleChange;
use domain::Error;
use domain::conversation::{GroupId, Member, MemberRole};
use domain::id::UserId;
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    conversation_id: GroupId,
    user_id: UserId,
    role: MemberRole,
}

/// Gives the role.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: WithInput<Input>) -> Result<Member, Error> {
    let Input { conversation_id: id, user_id, role } = arguments.input;
    let change = RoleChange { actor: &caller.user_id, target: &user_id, role, at: ctx.now() };
    ctx.store().member_set_role(&id, &change).await
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
    fn a_role_is_one_of_three() {
        let read = |role: &str| {
            let (group, user) =
                ("g-00000000000000000000000000000000", "00000000-0000-4000-8000-00000000000b");
            let input = json!({"conversationId": group, "userId": user, "role": role});
            lambda::parse::<WithInput<Input>>(json!({ "input": input }))
        };
        assert!(["OWNER", "ADMIN", "MEMBER"].into_iter().all(|role| read(role).is_ok()));
        assert!(read("GUEST").is_err());
    }
}

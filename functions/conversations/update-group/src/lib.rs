//! `Mutation.updateGroup`: changes a group's title and description (by its policy) or its policy (owner and admins).
//! `NotFound` for who is no member, `Forbidden` by policy and role.

use data::conversations::group::GroupChange;
use domain::Error;
use domain::conversation::{Conversation, GroupId, PolicyChange};
use domain::text::{GroupDescription, GroupTitle};
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    conversation_id: GroupId,
    title: Option<GroupTitle>,
    description: Option<GroupDescription>,
    policy: Option<PolicyChange>,
}

/// Changes the group and reads it as the caller has it.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<Input>,
) -> Result<Conversation, Error> {
    let Input { conversation_id: id, title, description, policy } = arguments.input;
    let change = GroupChange { title, description, policy };
    ctx.store().group_update(&caller.user_id, &id, &change, ctx.now()).await?;
    ctx.store().conversation_get(&caller.user_id, &id).await?.ok_or_else(Error::not_found)
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(mut input: serde_json::Value) -> Result<WithInput<Input>, Error> {
        input["conversationId"] = json!("g-00000000000000000000000000000000");
        lambda::parse(json!({ "input": input }))
    }

    #[test]
    fn everything_but_the_group_may_be_absent() {
        let input = read(json!({})).unwrap().input;
        assert!(input.title.is_none() && input.description.is_none() && input.policy.is_none());
        assert!(read(json!({"title": ""})).is_err());
        assert!(read(json!({"description": ""})).is_ok());
        assert!(read(json!({"policy": {"editInfo": "ADMIN", "history": "ALL"}})).is_ok());
    }
}

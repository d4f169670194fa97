//! `Mutation.addMembers`: adds up to 100 people to a group, by its policy, with a result for each.
//! `NotFound` for who is no member, `Forbidden` by policy, `BadRequest` for nobody to add.

use data::conversations::adding::{Append, Creating};
use domain::Error;
use domain::conversation::{AddMemberResult, GroupId, People};
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    conversation_id: GroupId,
    user_ids: People,
}

/// Asks whether the people let the caller add them, and adds those who do.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<Input>,
) -> Result<Vec<AddMemberResult>, Error> {
    let Input { conversation_id: id, user_ids } = arguments.input;
    if user_ids.as_slice().is_empty() {
        return Err(Error::bad_request("userIds: name somebody"));
    }
    let candidates = ctx.store().candidate_batch(&caller.user_id, user_ids.as_slice()).await?;
    let append = Append { id: &id, actor: &caller.user_id, creating: Creating::No, at: ctx.now() };
    ctx.store().member_append(&append, &candidates).await
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
    fn people_are_added_to_groups_only() {
        let read = |id: &str| {
            lambda::parse::<WithInput<Input>>(json!({"input": {"conversationId": id, "userIds": []}}))
        };
        assert!(read("g-00000000000000000000000000000000").is_ok());
        let error = read("d-00000000000000000000000000000000").unwrap_err();
        assert!(error.message().starts_with("input.conversationId: not a group"), "{error}");
    }
}

//! `Mutation.joinByInviteLink`: joins a group by its link, for anybody signed in who holds its secret. `NotFound` for a
//! link that does not work (any more), `LimitExceeded` for a full group or a person in too many conversations.

use domain::Error;
use domain::conversation::Conversation;
use domain::id::InviteCode;
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    code: InviteCode,
}

/// Joins, and reads the group as the caller has it.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<Input>,
) -> Result<Conversation, Error> {
    let me = &caller.user_id;
    let id = ctx.store().link_join(me, &arguments.input.code, ctx.now()).await?;
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
    fn only_the_secret_is_asked() {
        let read = |input| lambda::parse::<WithInput<Input>>(json!({ "input": input }));
        assert!(read(json!({"code": "A".repeat(22)})).is_ok());
        assert!(read(json!({"code": "A".repeat(22), "role": "OWNER"})).is_err());
    }
}

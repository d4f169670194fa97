//! `Mutation.createDirectConversation`: the one direct conversation with a person, or the notes with oneself, for anybody
//! signed in. `NotFound` for who does not exist or blocked the caller, `Forbidden` for whom the caller blocked,
//! `LimitExceeded` when one of the two is in too many conversations.

use domain::Error;
use domain::conversation::Conversation;
use domain::id::UserId;
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    user_id: UserId,
}

/// Opens the conversation and reads it as the caller has it.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<Input>,
) -> Result<Conversation, Error> {
    let (me, other) = (&caller.user_id, &arguments.input.user_id);
    let id = ctx.store().direct_open(me, other, ctx.now()).await?;
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
    fn a_person_is_named_by_their_id() {
        let read = |id: &str| lambda::parse::<WithInput<Input>>(json!({ "input": { "userId": id } }));
        assert!(read("00000000-0000-4000-8000-00000000000b").is_ok());
        assert_eq!(read("bob").unwrap_err().message(), "input.userId: not the id of a user");
    }
}

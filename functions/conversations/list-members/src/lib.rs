//! `Query.listMembers`: the members of a conversation by user id, for its members. `NotFound` for everybody else,
//! `BadRequest` for a token of another conversation or person.

use domain::Error;
use domain::conversation::Member;
use domain::id::{ConversationId, UserId};
use domain::page::{Limit, Page};
use lambda::{Context, Function, SignedIn, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arguments {
    conversation_id: ConversationId,
    limit: Option<Limit>,
    next_token: Option<String>,
}

/// Reads a page.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<Page<Member>, Error> {
    let (me, cursors, id) = (&caller.user_id, ctx.cursors(), &arguments.conversation_id);
    let purpose = format!("listMembers {id}");
    let token = arguments.next_token.as_deref();
    let after: Option<UserId> = token.map(|token| cursors.open(&purpose, me, token)).transpose()?;
    let limit = arguments.limit.unwrap_or_default().get();
    let page = ctx.store().member_list(me, id, after.as_ref(), limit).await?;
    let (items, more) = page.ok_or_else(Error::not_found)?;
    let last = items.last().filter(|_| more);
    let next_token = last.map(|last| cursors.seal(&purpose, me, &last.user_id)).transpose()?;
    Ok(Page { items, next_token })
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
    fn a_conversation_must_be_named() {
        assert!(lambda::parse::<Arguments>(json!({"limit": 5})).is_err());
        let id = "d-00000000000000000000000000000000";
        assert!(lambda::parse::<Arguments>(json!({"conversationId": id, "nextToken": null})).is_ok());
    }
}

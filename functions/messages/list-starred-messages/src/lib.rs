//! `Query.listStarredMessages`: the caller's stars, last starred first, for anybody signed in; those of one conversation
//! for its members. `BadRequest` for a token of another list or person.

use domain::Error;
use domain::id::ConversationId;
use domain::message::StarredMessage;
use domain::page::{Limit, Page};
use lambda::{Context, Function, SignedIn, field};
use serde::Deserialize;

/// Which stars.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arguments {
    conversation_id: Option<ConversationId>,
    limit: Option<Limit>,
    next_token: Option<String>,
}

/// Reads a page.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: Arguments,
) -> Result<Page<StarredMessage>, Error> {
    let Arguments { conversation_id, limit, next_token } = arguments;
    let (me, cursors, store) = (&caller.user_id, ctx.cursors(), ctx.store());
    let purpose = purpose(conversation_id.as_ref());
    let after: Option<String> = next_token.map(|token| cursors.open(&purpose, me, &token)).transpose()?;
    let (after, limit) = (after.as_deref(), limit.unwrap_or_default().get());
    let page = match &conversation_id {
        Some(conversation) => store.star_list_of(me, conversation, after, limit).await?,
        None => store.star_list(me, after, limit).await?,
    };
    let current = |starred: StarredMessage| StarredMessage {
        message: starred.message.map(|message| message.at(ctx.now())),
        ..starred
    };
    Ok(Page {
        items: page.stars.into_iter().map(current).collect(),
        next_token: page.last.map(|last| cursors.seal(&purpose, me, &last)).transpose()?,
    })
}

/// What a token is sealed for: the field and its argument.
fn purpose(conversation: Option<&ConversationId>) -> String {
    format!("listStarredMessages {}", conversation.map_or("-", ConversationId::as_str))
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

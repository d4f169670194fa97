//! `Query.listSharedMedia`: what a conversation shared, newest first, for its members. `BadRequest` for a token of another
//! list or person.

use domain::Error;
use domain::id::ConversationId;
use domain::media::GalleryKind;
use domain::message::Message;
use domain::page::{Limit, Page};
use lambda::{Context, Function, SignedIn, field};
use serde::Deserialize;

/// Of which conversation, and what.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arguments {
    conversation_id: ConversationId,
    kind: GalleryKind,
    limit: Option<Limit>,
    next_token: Option<String>,
}

/// Reads a page.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<Page<Message>, Error> {
    let Arguments { conversation_id, kind, limit, next_token } = arguments;
    let (me, cursors) = (&caller.user_id, ctx.cursors());
    let purpose = format!("{} {conversation_id} {}", ctx.field_name(), kind.as_str());
    let before: Option<u64> = next_token.map(|token| cursors.open(&purpose, me, &token)).transpose()?;
    let limit = limit.unwrap_or_default().get();
    let page = ctx.store().gallery_list(me, &conversation_id, kind, before, limit).await?;
    Ok(Page {
        items: page.messages.into_iter().map(|message| message.at(ctx.now())).collect(),
        next_token: page.last.map(|last| cursors.seal(&purpose, me, &last)).transpose()?,
    })
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

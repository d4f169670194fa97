//! `Query.listConversations`: the caller's chat list, pinned first, then by last activity, for anybody signed in.
//! `BadRequest` for a token of another filter or person.

use domain::Error;
use domain::conversation::{ChatListPosition, Conversation, ConversationFilter, chat_list_page};
use domain::page::{Limit, Page};
use lambda::{Context, Function, SignedIn, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arguments {
    filter: Option<ConversationFilter>,
    limit: Option<Limit>,
    next_token: Option<String>,
}

/// Reads all, sorts, and gives a page.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: Arguments,
) -> Result<Page<Conversation>, Error> {
    let (me, cursors) = (&caller.user_id, ctx.cursors());
    let filter = arguments.filter.unwrap_or_default();
    let purpose = purpose(&filter);
    let token = arguments.next_token.as_deref();
    let after: Option<ChatListPosition> = token.map(|token| cursors.open(&purpose, me, token)).transpose()?;
    let all = ctx.store().conversation_list(me).await?;
    let limit = arguments.limit.unwrap_or_default().get();
    let (mut items, next) = chat_list_page(all, &filter, after.as_ref(), limit);
    if ctx.selects("items/description") {
        ctx.store().conversation_describe(&mut items).await?;
    }
    let next_token = next.map(|next| cursors.seal(&purpose, me, &next)).transpose()?;
    Ok(Page { items, next_token })
}

/// What a token is sealed for: the field and the filter.
fn purpose(filter: &ConversationFilter) -> String {
    format!("listConversations {filter:?}")
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
    fn a_filter_may_be_absent_null_or_partial() {
        let filter = |arguments| lambda::parse::<Arguments>(arguments).unwrap().filter.unwrap_or_default();
        assert_eq!(filter(json!({})), ConversationFilter::default());
        assert_eq!(filter(json!({"filter": null, "limit": null})), ConversationFilter::default());
        assert_eq!(filter(json!({"filter": {"unread": true}})).unread, Some(true));
        assert!(lambda::parse::<Arguments>(json!({"limit": 101})).is_err());
    }

    #[test]
    fn every_filter_has_tokens_of_its_own() {
        let archived = ConversationFilter { archived: Some(true), ..ConversationFilter::default() };
        assert_ne!(purpose(&archived), purpose(&ConversationFilter::default()));
    }
}

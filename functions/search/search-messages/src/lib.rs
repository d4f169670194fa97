//! `Query.searchMessages`: messages by their words, newest first, for anybody signed in; in one conversation for its
//! members. `BadRequest` for a query that makes no sense, and for a token of another search or person.

use data::search::Hit;
use domain::Error;
use domain::id::ConversationId;
use domain::message::Message;
use domain::page::{Limit, Page};
use lambda::{Context, Function, SignedIn, field};
use search::{Position, Query, Snippet};
use serde::{Deserialize, Serialize};

/// What is looked for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arguments {
    query: Query,
    conversation_id: Option<ConversationId>,
    limit: Option<Limit>,
    next_token: Option<String>,
}

/// A message that was found.
#[derive(Debug, Serialize)]
pub struct MessageHit {
    message: Message,
    #[serde(flatten)]
    snippet: Snippet,
}

/// Looks for messages.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: Arguments,
) -> Result<Page<MessageHit>, Error> {
    let (me, cursors) = (&caller.user_id, ctx.cursors());
    let purpose = arguments.purpose();
    let Arguments { query, conversation_id, limit, next_token } = arguments;
    let from = next_token.map(|token| cursors.open(&purpose, me, &token)).transpose()?;
    let (from, limit) = (from.unwrap_or_default(), limit.unwrap_or_default().get());
    let page = ctx.store().message_search(me, conversation_id.as_ref(), &query, &from, limit).await?;
    let hit = |Hit { message, snippet }| MessageHit { message: message.at(ctx.now()), snippet };
    Ok(Page {
        items: page.hits.into_iter().map(hit).collect(),
        next_token: page.position.map(|next: Position| cursors.seal(&purpose, me, &next)).transpose()?,
    })
}

impl Arguments {
    /// What a token is sealed for: the field, where it looks and for what.
    fn purpose(&self) -> String {
        let place = self.conversation_id.as_ref().map_or("-", ConversationId::as_str);
        format!("searchMessages {place} {}", self.query.as_str())
    }
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
    fn a_query_is_understood_while_it_is_read() {
        let error = lambda::parse::<Arguments>(json!({"query": "has:money"})).unwrap_err();
        assert!(error.message().starts_with("query: has: takes one of"), "{error}");
        assert!(lambda::parse::<Arguments>(json!({"query": "pho", "limit": 101})).is_err());
        assert!(lambda::parse::<Arguments>(json!({"query": "pho", "conversationId": null})).is_ok());
    }

    #[test]
    fn every_search_has_tokens_of_its_own() {
        let purpose = |arguments| lambda::parse::<Arguments>(arguments).unwrap().purpose();
        let conversation = format!("g-{}", "0".repeat(32));
        let all = [
            purpose(json!({"query": "pho"})),
            purpose(json!({"query": "bun"})),
            purpose(json!({"query": "pho", "conversationId": conversation})),
        ];
        assert!(all[0] != all[1] && all[0] != all[2]);
    }
}

//! `Query.searchEverything`: people, the caller's conversations and messages at once, the first of each, for anybody
//! signed in. `BadRequest` for a query that makes no sense.

use data::search::{Everything, Hit};
use domain::Error;
use domain::account::User;
use domain::conversation::Conversation;
use domain::message::Message;
use domain::page::Limit;
use lambda::{Context, Function, SignedIn, field};
use search::{Query, Snippet};
use serde::{Deserialize, Serialize};

/// How many of each, if the caller does not say.
const A_FEW: usize = 5;

/// What is looked for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arguments {
    query: Query,
    limit: Option<Limit>,
}

/// What was found.
#[derive(Debug, Serialize)]
pub struct SearchResult {
    people: Vec<User>,
    conversations: Vec<Conversation>,
    messages: Vec<MessageHit>,
}

/// A message that was found.
#[derive(Debug, Serialize)]
pub struct MessageHit {
    message: Message,
    #[serde(flatten)]
    snippet: Snippet,
}

/// Looks everywhere.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<SearchResult, Error> {
    let Arguments { query, limit } = arguments;
    let limit = limit.map_or(A_FEW, Limit::get);
    let found = ctx.store().everything_search(&caller.user_id, &query, limit).await?;
    let Everything { people, mut conversations, messages } = found;
    if ctx.selects("conversations/description") {
        ctx.store().conversation_describe(&mut conversations).await?;
    }
    let hit = |Hit { message, snippet }| MessageHit { message: message.at(ctx.now()), snippet };
    Ok(SearchResult { people, conversations, messages: messages.into_iter().map(hit).collect() })
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
        assert!(lambda::parse::<Arguments>(json!({"query": "an", "limit": null})).is_ok());
        let error = lambda::parse::<Arguments>(json!({"query": "…"})).unwrap_err();
        assert!(error.message().starts_with("query: "), "{error}");
    }
}

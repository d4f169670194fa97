//! `Query.searchUsers`: people by prefix of handle or name, or by exact mail address, for anybody signed in.
//! `BadRequest` for less than 2 characters, and for a token of another search or person.

use domain::Error;
use domain::account::{MailAddress, SearchQuery, User};
use domain::page::{Limit, Page};
use lambda::{Context, Function, SignedIn, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arguments {
    query: SearchQuery,
    limit: Option<Limit>,
    next_token: Option<String>,
}

/// Looks for people.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<Page<User>, Error> {
    match &arguments.query {
        SearchQuery::Mail(mail) => by_mail(ctx, &caller, mail).await,
        SearchQuery::Prefix(prefix) => by_prefix(ctx, &caller, prefix, &arguments).await,
    }
}

async fn by_mail(ctx: &Context, caller: &SignedIn, mail: &MailAddress) -> Result<Page<User>, Error> {
    let user = ctx.store().user_by_mail(&caller.user_id, mail).await?;
    Ok(Page { items: user.into_iter().collect(), next_token: None })
}

async fn by_prefix(
    ctx: &Context,
    caller: &SignedIn,
    prefix: &str,
    arguments: &Arguments,
) -> Result<Page<User>, Error> {
    let (me, cursors) = (&caller.user_id, ctx.cursors());
    let purpose = format!("searchUsers {prefix}");
    let token = arguments.next_token.as_deref();
    let after = token.map(|token| cursors.open(&purpose, me, token)).transpose()?;
    let limit = arguments.limit.unwrap_or_default().get();
    let slice = ctx.store().user_search(me, prefix, limit, after).await?;
    let next_token = slice.last.map(|last| cursors.seal(&purpose, me, &last.sk)).transpose()?;
    Ok(Page { items: slice.rows, next_token })
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
    fn a_query_is_folded_while_it_is_read() {
        let arguments: Arguments = lambda::parse(json!({"query": "@Văn", "limit": null})).unwrap();
        assert_eq!(arguments.query, SearchQuery::Prefix("van".to_owned()));
        let error = lambda::parse::<Arguments>(json!({"query": "v"})).unwrap_err();
        assert!(error.message().starts_with("query: "), "{error}");
        assert!(lambda::parse::<Arguments>(json!({"query": "va", "limit": 101})).is_err());
    }
}

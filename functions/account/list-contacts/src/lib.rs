//! `Query.listContacts`: the caller's contacts by user id, for anybody signed in. `BadRequest` for a token of another list or person.

use domain::Error;
use domain::account::Contact;
use domain::page::{Limit, Page};
use lambda::{Context, Function, SignedIn, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arguments {
    limit: Option<Limit>,
    next_token: Option<String>,
}

/// The field, which a token is sealed for.
const FIELD: &str = "listContacts";

/// Reads a page.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<Page<Contact>, Error> {
    let (me, cursors) = (&caller.user_id, ctx.cursors());
    let token = arguments.next_token.as_deref();
    let after = token.map(|token| cursors.open(FIELD, me, token)).transpose()?;
    let slice = ctx.store().contact_list(me, arguments.limit.unwrap_or_default().get(), after).await?;
    let next_token = slice.last.map(|last| cursors.seal(FIELD, me, &last.sk)).transpose()?;
    Ok(Page { items: slice.rows, next_token })
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

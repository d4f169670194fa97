//! `Contact.user`: the person behind a contact, for whoever sees the contact.
//! Null for somebody who is gone or blocked the contact's owner.

use domain::Error;
use domain::account::User;
use domain::id::UserId;
use lambda::{Context, Function, Viewer, batch_field};
use serde::Deserialize;

/// What the parent says of the person. Whose it is decides what is seen, as an event has no caller of its own.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    owner_id: UserId,
    user_id: UserId,
}

/// Reads the people of a page.
pub async fn handle(
    ctx: &Context,
    _: Viewer,
    sources: Vec<Source>,
) -> Result<Vec<Result<Option<User>, Error>>, Error> {
    let pairs: Vec<_> = sources.into_iter().map(|source| (source.owner_id, source.user_id)).collect();
    Ok(ctx.store().found_batch(&pairs).await?.into_iter().map(Ok).collect())
}

/// The function.
pub fn function() -> Function {
    batch_field(handle)
}

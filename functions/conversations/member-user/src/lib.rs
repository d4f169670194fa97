//! `Member.user`: the person behind a member, for whoever sees the member. Null for somebody who is gone.

use domain::Error;
use domain::account::User;
use domain::id::UserId;
use lambda::{Context, Function, Viewer, batch_field};
use serde::Deserialize;

/// What the parent says of the person.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    user_id: UserId,
}

/// Reads the people of a page, all at once.
pub async fn handle(
    ctx: &Context,
    viewer: Viewer,
    sources: Vec<Source>,
) -> Result<Vec<Result<Option<User>, Error>>, Error> {
    let ids: Vec<_> = sources.into_iter().map(|source| source.user_id).collect();
    Ok(ctx.store().user_batch(viewer.user_id(), &ids).await?.into_iter().map(Ok).collect())
}

/// The function.
pub fn function() -> Function {
    batch_field(handle)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_member_says_more_than_is_needed() {
        let source = json!({"userId": "00000000-0000-4000-8000-00000000000b", "role": "OWNER"});
        assert!(lambda::parse::<Source>(source).is_ok());
    }
}

//! `Query.getInviteLink`: what an invite link leads to, for anybody signed in who holds its secret.
//! `NotFound` for a link that does not work (any more).

use domain::Error;
use domain::conversation::InvitePreview;
use domain::id::InviteCode;
use lambda::{Context, Function, SignedIn, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    code: InviteCode,
}

/// Looks at the link.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<InvitePreview, Error> {
    let preview = ctx.store().link_preview(&caller.user_id, &arguments.code, ctx.now()).await?;
    preview.ok_or_else(Error::not_found)
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
    fn a_code_is_url_safe() {
        let read = |code: &str| lambda::parse::<Arguments>(json!({ "code": code }));
        assert!(read("AAAAAAAAAAAAAAAAAAAA-_").is_ok());
        assert!(read("AAAAAAAAAAAAAAAAAAAA/+").is_err());
    }
}

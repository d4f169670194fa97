//! `Mutation.createInviteLink`: makes an invite link of a group, for its owners and admins. `NotFound` for who is no
//! member, `Forbidden` for who is no admin, `BadRequest` for an end that does not lie ahead, `Conflict` for an id that
//! was used for another link, `LimitExceeded` when 20 links work.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use data::conversations::link::NewLink;
use domain::Error;
use domain::conversation::{GroupId, InviteLink, InviteTerms, InviteUses};
use domain::id::{ClientId, InviteCode};
use jiff::Timestamp;
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    id: ClientId,
    conversation_id: GroupId,
    expires_at: Option<Timestamp>,
    max_uses: Option<InviteUses>,
}

/// Makes the link, or finds it.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<Input>,
) -> Result<InviteLink, Error> {
    let Input { id: link, conversation_id: id, expires_at, max_uses } = arguments.input;
    let new = NewLink {
        id: &id,
        actor: &caller.user_id,
        link: &link,
        code: code(ctx.random_bytes())?,
        terms: InviteTerms { expires_at, max_uses },
    };
    ctx.store().link_create(&new, ctx.now()).await
}

/// The secret: 128 bits that nobody can guess.
fn code(random: [u8; 16]) -> Result<InviteCode, Error> {
    InviteCode::parse(URL_SAFE_NO_PAD.encode(random))
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(mut input: serde_json::Value) -> Result<WithInput<Input>, Error> {
        input["id"] = json!("01ARZ3NDEKTSV4RRFFQ69G5FAV");
        input["conversationId"] = json!("g-00000000000000000000000000000000");
        lambda::parse(json!({ "input": input }))
    }

    #[test]
    fn any_random_bytes_are_a_code() {
        for byte in 0..=255 {
            assert_eq!(code([byte; 16]).unwrap().as_str().len(), 22);
        }
    }

    #[test]
    fn a_link_may_be_for_ever_or_bounded() {
        assert!(read(json!({})).is_ok());
        assert!(read(json!({"expiresAt": "2030-01-01T00:00:00+07:00", "maxUses": 1024})).is_ok());
        assert!(read(json!({"maxUses": 0})).unwrap_err().message().starts_with("input.maxUses: "));
    }
}

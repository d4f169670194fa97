//! `Mutation.updateMyConversation`: changes the caller's own state in a conversation, for its members.
//! `NotFound` for everybody else, `LimitExceeded` for one pinned conversation too many.

use data::conversations::own::OwnChange;
use domain::Error;
use domain::account::Change;
use domain::conversation::{ConversationState, MAX_PINNED_CONVERSATIONS, MutedUntil};
use domain::id::ConversationId;
use domain::text::Draft;
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    conversation_id: ConversationId,
    pinned: Option<bool>,
    #[serde(default)]
    muted_until: Change<MutedUntil>,
    archived: Option<bool>,
    marked_unread: Option<bool>,
    draft: Option<Draft>,
}

/// Changes the state.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<Input>,
) -> Result<ConversationState, Error> {
    let Input { conversation_id, pinned, muted_until, archived, marked_unread, draft } = arguments.input;
    let change = OwnChange { pinned, muted_until, archived, marked_unread, draft };
    let max_pinned = max_pinned(ctx.variable("MAX_PINNED_CONVERSATIONS"))?;
    ctx.store().own_update(&caller.user_id, &conversation_id, &change, max_pinned, ctx.now()).await
}

/// The deployment's bound, or the usual one.
fn max_pinned(variable: Option<&str>) -> Result<usize, Error> {
    let Some(text) = variable else { return Ok(MAX_PINNED_CONVERSATIONS) };
    text.parse().map_err(|_| Error::internal("MAX_PINNED_CONVERSATIONS is no number"))
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(mut input: serde_json::Value) -> Result<Input, Error> {
        input["conversationId"] = json!("d-00000000000000000000000000000000");
        lambda::parse::<WithInput<Input>>(json!({ "input": input })).map(|arguments| arguments.input)
    }

    #[test]
    fn null_unmutes_and_absent_stays() {
        assert_eq!(read(json!({})).unwrap().muted_until, Change::Stay);
        assert_eq!(read(json!({"mutedUntil": null})).unwrap().muted_until, Change::Become(None));
        let always = read(json!({"mutedUntil": "9999-12-31T23:59:59Z"})).unwrap().muted_until;
        assert!(matches!(always, Change::Become(Some(_))));
        assert!(read(json!({"mutedUntil": "soon"})).is_err());
    }

    #[test]
    fn a_draft_is_bounded() {
        assert!(read(json!({"draft": "x".repeat(4_096)})).is_ok());
        assert!(read(json!({"draft": "x".repeat(4_097)})).is_err());
    }

    #[test]
    fn a_deployment_may_allow_more_pins() {
        assert_eq!(max_pinned(None).unwrap(), 3);
        assert_eq!(max_pinned(Some("10")).unwrap(), 10);
        assert!(max_pinned(Some("many")).is_err());
    }
}

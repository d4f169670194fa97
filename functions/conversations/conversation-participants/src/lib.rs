//! `Conversation.participants`: the people of direct conversations, for whoever sees the conversations.
//! Null in groups; somebody who is gone is left out.

use domain::Error;
use domain::account::User;
use domain::id::UserId;
use lambda::{Context, Function, Viewer, batch_field};
use serde::Deserialize;

/// What the parent says of the people.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    #[serde(default)]
    participant_ids: Option<Vec<UserId>>,
}

/// Reads the people of a page, all at once.
pub async fn handle(
    ctx: &Context,
    viewer: Viewer,
    sources: Vec<Source>,
) -> Result<Vec<Result<Option<Vec<User>>, Error>>, Error> {
    let ids: Vec<_> =
        sources.iter().flat_map(|source| source.participant_ids.iter().flatten()).cloned().collect();
    let people = ctx.store().user_batch(viewer.user_id(), &ids).await?;
    Ok(handed_out(&sources, people).into_iter().map(Ok).collect())
}

/// Gives each source its people, who come in the order in which they were asked for.
fn handed_out(sources: &[Source], people: Vec<Option<User>>) -> Vec<Option<Vec<User>>> {
    let mut people = people.into_iter();
    let mut own = |ids: &Vec<UserId>| people.by_ref().take(ids.len()).flatten().collect();
    sources.iter().map(|source| source.participant_ids.as_ref().map(&mut own)).collect()
}

/// The function.
pub fn function() -> Function {
    batch_field(handle)
}

#[cfg(test)]
mod tests {
    use domain::text::DisplayName;
    use serde_json::json;

    use super::*;

    fn id(last: u8) -> UserId {
        UserId::parse(format!("00000000-0000-4000-8000-00000000000{last}")).unwrap()
    }

    #[test]
    fn everybody_comes_to_their_own_conversation() {
        let user = |last| User {
            id: id(last),
            handle: None,
            display_name: DisplayName::parse("x").unwrap(),
            about: None,
            presence: None,
        };
        let source = |people: Option<Vec<u8>>| Source {
            participant_ids: people.map(|all| all.into_iter().map(id).collect()),
        };
        let sources = [source(Some(vec![1, 2])), source(None), source(Some(vec![3]))];
        let found = handed_out(&sources, vec![Some(user(1)), None, Some(user(3))]);
        assert_eq!(found, [Some(vec![user(1)]), None, Some(vec![user(3)])]);
    }

    #[test]
    fn a_conversation_says_more_than_is_needed() {
        let source = json!({"id": "g-1", "kind": "GROUP", "participantIds": null});
        assert!(lambda::parse::<Source>(source).unwrap().participant_ids.is_none());
    }
}

//! `Mutation.createGroup`: creates a group with the caller as owner, for anybody signed in, and adds people who let them.
//! `Conflict` for an id that was used for another group, `LimitExceeded` for who is in too many conversations,
//! `NotFound` for a group that the caller created and left.

use std::collections::HashMap;

use data::conversations::adding::{Append, Creating};
use domain::Error;
use domain::conversation::{AddMemberResult, Conversation, GroupId, GroupRequest, People, PolicyChange};
use domain::id::{ClientId, ConversationId, UserId};
use domain::text::{GroupDescription, GroupTitle};
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::{Deserialize, Serialize};

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    id: ClientId,
    title: GroupTitle,
    description: Option<GroupDescription>,
    member_ids: Option<People>,
    policy: Option<PolicyChange>,
}

impl Input {
    fn request(self) -> GroupRequest {
        GroupRequest {
            title: self.title,
            description: self.description.filter(|description| !description.as_str().is_empty()),
            members: self.member_ids.unwrap_or_default(),
            policy: self.policy.unwrap_or_default(),
        }
    }
}

/// The group, and what became of each person to add.
#[derive(Debug, Serialize)]
pub struct Answer {
    conversation: Conversation,
    members: Vec<AddMemberResult>,
}

/// Creates the group or finds it, and adds whom it still has to add: a repeated request goes on where the first was
/// cut off.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: WithInput<Input>) -> Result<Answer, Error> {
    let (store, me) = (ctx.store(), &caller.user_id);
    let id = GroupId::new(ConversationId::group(me, &arguments.input.id))?;
    let request = arguments.input.request();
    let creation = store.group_create(&id, me, &request, ctx.now()).await?;
    let mut results = store.creation_results(&id, &creation).await?;
    let candidates = store.candidate_batch(me, &creation.pending).await?;
    let append = Append { id: &id, actor: me, creating: Creating::Yes, at: ctx.now() };
    results.extend(store.member_append(&append, &candidates).await?);
    let conversation = store.conversation_get(me, &id).await?.ok_or_else(Error::not_found)?;
    Ok(Answer { conversation, members: in_order(request.members.as_slice(), results) })
}

/// The results in the order in which the people were named, whichever run they come from.
fn in_order(people: &[UserId], mut results: Vec<AddMemberResult>) -> Vec<AddMemberResult> {
    let places: HashMap<_, _> = people.iter().enumerate().map(|(place, user)| (user, place)).collect();
    results.sort_by_key(|result| places.get(&result.user_id).copied());
    results
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

#[cfg(test)]
mod tests {
    use domain::conversation::AddMemberStatus;
    use serde_json::json;

    use super::*;

    fn user(last: u8) -> UserId {
        UserId::parse(format!("00000000-0000-4000-8000-00000000000{last}")).unwrap()
    }

    fn read(mut input: serde_json::Value) -> Result<WithInput<Input>, Error> {
        input["id"] = json!("01ARZ3NDEKTSV4RRFFQ69G5FAV");
        lambda::parse(json!({ "input": input }))
    }

    #[test]
    fn an_empty_description_is_none_and_people_are_named_once() {
        let input = json!({"title": "x", "description": "", "memberIds": [user(1), user(1)], "policy": null});
        let request = read(input).unwrap().input.request();
        assert_eq!(request.description, None);
        assert_eq!(request.members.as_slice(), [user(1)]);
        assert_eq!(request, read(json!({"title": "x", "memberIds": [user(1)]})).unwrap().input.request());
    }

    #[test]
    fn what_is_wrong_is_named() {
        let message = |input| read(input).unwrap_err().message().to_owned();
        assert!(message(json!({"title": " "})).starts_with("input.title: "));
        assert_eq!(
            message(json!({"title": "x", "policy": {"send": "OWNER"}})),
            "input.policy.send: must be ADMIN or MEMBER"
        );
        assert!(
            message(json!({"title": "x", "memberIds": vec![user(1); 101]})).contains("at most 100 people")
        );
    }

    #[test]
    fn results_come_in_the_order_of_the_request() {
        let result =
            |last| AddMemberResult { user_id: user(last), status: AddMemberStatus::Added, member: None };
        let ordered = in_order(&[user(3), user(1), user(2)], vec![result(1), result(2), result(3)]);
        assert_eq!(
            ordered.iter().map(|one| one.user_id.clone()).collect::<Vec<_>>(),
            [user(3), user(1), user(2)]
        );
    }
}

//! Forwarding: up to 25 new messages, in up to five conversations.

use serde::Deserialize;

use super::{FORWARDED_OFTEN, MAX_FORWARD_TARGETS, MAX_SENT_AT_ONCE, Message};
use crate::Error;
use crate::id::{ClientId, ConversationId, MessageId};

/// Where to forward, as a client gives it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ForwardTarget {
    /// To which conversation.
    pub conversation_id: ConversationId,
    /// Client-made ids of the new messages.
    pub ids: Vec<ClientId>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ForwardInput {
    from_conversation_id: ConversationId,
    message_ids: Vec<MessageId>,
    targets: Vec<ForwardTarget>,
}

/// What to forward and where to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "ForwardInput")]
pub struct ForwardPlan {
    /// From which conversation.
    pub from: ConversationId,
    /// Which messages, 1 to 25, in the order in which they shall appear.
    pub messages: Vec<MessageId>,
    /// Where to, 1 to 5 different conversations, each with as many ids as there are messages.
    pub targets: Vec<ForwardTarget>,
}

impl TryFrom<ForwardInput> for ForwardPlan {
    type Error = Error;

    fn try_from(input: ForwardInput) -> Result<Self, Error> {
        let (messages, targets) = (input.message_ids, input.targets);
        if messages.is_empty() || targets.is_empty() {
            return Err(Error::bad_request("messageIds and targets must not be empty"));
        }
        if targets.len() > MAX_FORWARD_TARGETS {
            return Err(Error::bad_request(format!("targets: at most {MAX_FORWARD_TARGETS} conversations")));
        }
        if messages.len() * targets.len() > MAX_SENT_AT_ONCE {
            return Err(Error::bad_request(format!("at most {MAX_SENT_AT_ONCE} new messages in all")));
        }
        if has_twice(&messages) {
            return Err(Error::bad_request("messageIds must differ"));
        }
        if has_twice(&targets.iter().map(|target| &target.conversation_id).collect::<Vec<_>>()) {
            return Err(Error::bad_request("the conversations of targets must differ"));
        }
        if targets.iter().any(|target| target.ids.len() != messages.len()) {
            return Err(Error::bad_request("each target needs as many ids as there are messages"));
        }
        Ok(ForwardPlan { from: input.from_conversation_id, messages, targets })
    }
}

fn has_twice<T: PartialEq>(items: &[T]) -> bool {
    items.iter().enumerate().any(|(index, item)| items.iter().take(index).any(|earlier| earlier == item))
}

/// Whether these messages may go to so many conversations at once: one, if any came four hops or more already.
pub fn may_forward<'a>(messages: impl IntoIterator<Item = &'a Message>, targets: usize) -> Result<(), Error> {
    let often = messages.into_iter().any(|message| message.forward_count >= FORWARDED_OFTEN);
    if often && targets > 1 {
        return Err(Error::forbidden("what was forwarded many times goes to one conversation at a time"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::message::change::tests::{message, user};

    fn id(number: usize) -> String {
        format!("00000000-0000-4000-9000-{number:012}")
    }

    /// A plan with new ids for each target.
    fn plan(messages: usize, targets: &[usize]) -> Result<ForwardPlan, String> {
        let target = |target: &usize| {
            json!({
                "conversationId": ConversationId::direct(&user(1), &user(*target)),
                "ids": (0..messages).map(|n| id(100 * target + n)).collect::<Vec<_>>(),
            })
        };
        let input = json!({
            "fromConversationId": ConversationId::direct(&user(1), &user(1)),
            "messageIds": (0..messages).map(id).collect::<Vec<_>>(),
            "targets": targets.iter().map(target).collect::<Vec<_>>(),
        });
        serde_json::from_value(input).map_err(|error| error.to_string())
    }

    #[test]
    fn a_plan_has_its_bounds() {
        assert!(plan(1, &[1]).is_ok());
        assert!(plan(5, &[1, 2, 3, 4, 5]).is_ok());
        assert!(plan(25, &[1]).is_ok());
        assert!(plan(26, &[1]).is_err());
        assert!(plan(6, &[1, 2, 3, 4, 5]).is_err());
        assert!(plan(1, &[1, 2, 3, 4, 5, 6]).is_err());
        assert!(plan(1, &[1, 1]).is_err());
        assert!(plan(0, &[1]).is_err());
        assert!(plan(1, &[]).is_err());
    }

    #[test]
    fn what_was_forwarded_often_goes_to_one_at_a_time() {
        let often = Message { forward_count: FORWARDED_OFTEN, ..message() };
        let fresh = Message { forward_count: FORWARDED_OFTEN - 1, ..message() };
        assert!(may_forward([&often], 1).is_ok());
        assert!(may_forward([&fresh, &often], 2).is_err());
        assert!(may_forward([&fresh], 5).is_ok());
    }
}

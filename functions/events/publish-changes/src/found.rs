//! The people and messages that events speak of. They travel in the events, so that AppSync need not ask for them.

use std::collections::HashMap;

use data::events::Dispatch;
use domain::Error;
use domain::account::User;
use domain::event::Event;
use domain::id::{ConversationId, UserId};
use domain::message::{Message, QuotedMessage};
use futures::future::try_join;
use lambda::Context;
use serde::Serialize;
use serde_json::Value;

/// Who sent the messages of some events, and what these reply to.
#[derive(Debug, Default)]
pub(crate) struct Found {
    senders: HashMap<UserId, User>,
    quotes: HashMap<(ConversationId, u64), QuotedMessage>,
}

impl Found {
    /// Reads them: two BatchGetItem at once, eventually consistent, half a unit for each person and quote. People are
    /// as anybody sees them, because events go to many.
    pub(crate) async fn read(ctx: &Context, dispatches: &[Dispatch]) -> Result<Found, Error> {
        let (senders, places) = spoken_of(dispatches);
        let (users, quotes) =
            try_join(ctx.store().user_batch(None, &senders), ctx.store().quote_batch(&places)).await?;
        let users = senders.into_iter().zip(users).filter_map(|(id, user)| Some((id, user?)));
        let quotes = places.into_iter().zip(quotes).filter_map(|(place, quote)| Some((place, quote?)));
        Ok(Found { senders: users.collect(), quotes: quotes.collect() })
    }

    /// An event as it is told: in its message are `sender` and `replyTo`, as the resolvers of these fields expect them.
    pub(crate) fn told(&self, event: &Event) -> Result<Value, Error> {
        let mut told = json(event)?;
        if let Some(message) = &event.message {
            let sender = message.sender_id.as_ref().and_then(|sender| self.senders.get(sender));
            told["message"]["sender"] = json(&sender)?;
            told["message"]["replyTo"] = json(&quoted(message).and_then(|place| self.quotes.get(&place)))?;
        }
        Ok(told)
    }
}

/// Who sent the messages, each once, and where those stand that they reply to.
fn spoken_of(dispatches: &[Dispatch]) -> (Vec<UserId>, Vec<(ConversationId, u64)>) {
    let messages = || dispatches.iter().filter_map(|dispatch| dispatch.event.message.as_ref());
    let mut senders: Vec<_> = messages().filter_map(|message| message.sender_id.clone()).collect();
    senders.sort_unstable();
    senders.dedup();
    (senders, messages().filter_map(quoted).collect())
}

/// Where the message stands that a message replies to.
fn quoted(message: &Message) -> Option<(ConversationId, u64)> {
    message.reply_to_seq.map(|seq| (message.conversation_id.clone(), seq))
}

fn json(value: &impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(value)
        .map_err(|error| Error::internal(format!("an event cannot be written: {error}")))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;

    fn message() -> Message {
        let user = "00000000-0000-4000-8000-00000000000a";
        let conversation = format!("g-{}", "0".repeat(32));
        let message = json!({"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "conversationId": conversation, "seq": 3, "rev": 0,
            "senderId": user, "kind": "TEXT", "text": "yes", "mentions": [], "replyToSeq": 2, "forwardCount": 0,
            "createdAt": Timestamp::UNIX_EPOCH, "reactions": []});
        serde_json::from_value(message).unwrap()
    }

    fn found() -> Found {
        let message = message();
        let quote = json!({"id": "01ARZ3NDEKTSV4RRFFQ69G5FAW", "seq": 2, "senderId": null, "kind": "TEXT", "text": "?"});
        let quote: QuotedMessage = serde_json::from_value(quote).unwrap();
        Found { senders: HashMap::new(), quotes: HashMap::from([((message.conversation_id, 2), quote)]) }
    }

    #[test]
    fn a_message_brings_what_it_replies_to() {
        let told = found().told(&Event::message_sent(message())).unwrap();
        assert_eq!(told["message"]["replyTo"]["text"], "?");
        assert_eq!(told["message"]["sender"], Value::Null, "nobody has this id");
        assert_eq!(told["message"]["text"], "yes");
    }

    #[test]
    fn what_holds_no_message_is_told_as_it_is() {
        let user = message().sender_id.unwrap();
        let event = Event::account_changed(&user, 1, Timestamp::UNIX_EPOCH);
        assert_eq!(found().told(&event).unwrap(), serde_json::to_value(&event).unwrap());
    }
}

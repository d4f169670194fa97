//! `Mutation.sendMessages`: sends up to 25 messages in order, each with a result of its own, for anybody signed in.
//! Errors of single messages are in their results; after a failure the later ones of the same conversation are held back.

use std::collections::HashSet;

use domain::Error;
use domain::id::MessageId;
use domain::message::{MAX_SENT_AT_ONCE, Message, Outgoing, SendMessageResult, held_back};
use lambda::{Context, Function, SignedIn, WithInput, field, parse};
use serde::Deserialize;
use serde_json::Value;

/// What is to be sent. The messages are read one by one, so that one that is malformed does not stop the others.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    messages: Vec<Value>,
}

/// Sends the messages, those of one conversation that follow each other together.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<Input>,
) -> Result<Vec<SendMessageResult>, Error> {
    let messages = arguments.input.messages;
    if !(1..=MAX_SENT_AT_ONCE).contains(&messages.len()) {
        return Err(Error::bad_request(format!("messages: 1 to {MAX_SENT_AT_ONCE}")));
    }
    let messages: Vec<_> = messages.into_iter().map(Wish::new).collect();
    let mut stopped: HashSet<&str> = HashSet::new();
    let mut results = Vec::with_capacity(messages.len());
    for run in runs(&messages) {
        let conversation = run.first().map_or("", |wish| wish.conversation.as_str());
        let sent = if stopped.contains(conversation) {
            run.iter().map(|_| Err(held_back())).collect()
        } else {
            send(ctx, &caller, run).await
        };
        for (wish, sent) in run.iter().zip(sent) {
            if let Err(error) = &sent {
                // A malformed id is whatever somebody wrote.
                let legal = MessageId::parse(wish.id.as_str()).ok();
                let message_id = legal.as_ref().map(MessageId::as_str);
                tracing::warn!(kind = %error.kind(), inner = error.inner(), message_id, "message not sent");
                stopped.insert(conversation);
            }
            results.push(SendMessageResult::new(&wish.id, conversation, sent));
        }
    }
    Ok(results)
}

/// A message to send, with its names as the client spelt them.
struct Wish {
    id: String,
    conversation: String,
    outgoing: Result<Outgoing, Error>,
}

impl Wish {
    fn new(message: Value) -> Self {
        let (id, conversation) = (text(&message, "id"), text(&message, "conversationId"));
        Wish { id, conversation, outgoing: parse(message) }
    }
}

/// The wishes in runs that are sent together: of one conversation, and no id twice.
fn runs(wishes: &[Wish]) -> Vec<&[Wish]> {
    let mut runs = Vec::new();
    let mut begin = 0;
    for (at, wish) in wishes.iter().enumerate() {
        let run = wishes.get(begin..at).unwrap_or_default();
        let goes_on = |before: &Wish| before.conversation == wish.conversation && before.id != wish.id;
        if !run.iter().all(goes_on) {
            runs.push(run);
            begin = at;
        }
    }
    runs.extend(wishes.get(begin..).filter(|run| !run.is_empty()));
    runs
}

/// Sends a run up to the first message that is malformed; what comes after that is held back.
async fn send(ctx: &Context, caller: &SignedIn, run: &[Wish]) -> Vec<Result<Message, Error>> {
    let (mut outgoing, mut malformed) = (Vec::with_capacity(run.len()), None);
    for wish in run {
        match &wish.outgoing {
            Ok(message) => outgoing.push(message.clone()),
            Err(error) => {
                malformed = Some(error.clone());
                break;
            }
        }
    }
    let mut results = if outgoing.is_empty() {
        Vec::new()
    } else {
        ctx.store().message_append_all(&caller.user_id, &outgoing, ctx.now()).await
    };
    if let Some(error) = malformed {
        let stopped = results.iter().any(Result::is_err);
        results.push(Err(if stopped { held_back() } else { error }));
    }
    results.resize_with(run.len(), || Err(held_back()));
    results.into_iter().map(|sent| sent.map(|message| message.at(ctx.now()))).collect()
}

fn text(message: &Value, field: &str) -> String {
    message.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(wishes: &[(&str, &str)]) -> Vec<usize> {
        let wish = |(id, conversation): &(&str, &str)| Wish {
            id: (*id).to_owned(),
            conversation: (*conversation).to_owned(),
            outgoing: Err(Error::not_found()),
        };
        let wishes: Vec<_> = wishes.iter().map(wish).collect();
        runs(&wishes).into_iter().map(<[Wish]>::len).collect()
    }

    #[test]
    fn a_run_is_of_one_conversation() {
        assert_eq!(lengths(&[("1", "a"), ("2", "a"), ("3", "b"), ("4", "a")]), [2, 1, 1]);
        assert_eq!(lengths(&[("1", "a")]), [1]);
    }

    #[test]
    fn no_id_is_twice_in_a_run() {
        assert_eq!(lengths(&[("1", "a"), ("2", "a"), ("1", "a"), ("2", "a"), ("2", "a")]), [2, 2, 1]);
    }
}

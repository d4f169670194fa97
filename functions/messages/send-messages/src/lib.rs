//! `Mutation.sendMessages`: sends up to 25 messages in order, each with a result of its own, for anybody signed in.
//! Errors of single messages are in their results; after a failure the later ones of the same conversation are held back.

use std::collections::HashSet;

use domain::Error;
use domain::message::{MAX_SENT_AT_ONCE, Message, Outgoing, SendMessageResult, held_back};
use lambda::{Context, Function, SignedIn, field, parse};
use serde::Deserialize;
use serde_json::Value;

/// What is to be sent. The messages are read one by one, so that one that is malformed does not stop the others.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    input: Input,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    messages: Vec<Value>,
}

/// Sends the messages one after the other.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: Arguments,
) -> Result<Vec<SendMessageResult>, Error> {
    let messages = arguments.input.messages;
    if !(1..=MAX_SENT_AT_ONCE).contains(&messages.len()) {
        return Err(Error::bad_request(format!("messages: 1 to {MAX_SENT_AT_ONCE}")));
    }
    let mut stopped: HashSet<String> = HashSet::new();
    let mut results = Vec::with_capacity(messages.len());
    for message in messages {
        let (id, conversation) = (text(&message, "id"), text(&message, "conversationId"));
        let sent = if stopped.contains(&conversation) {
            Err(held_back())
        } else {
            send(ctx, &caller, message).await
        };
        if let Err(error) = &sent {
            tracing::warn!(kind = %error.kind(), inner = error.inner(), message_id = id, "message not sent");
            stopped.insert(conversation.clone());
        }
        results.push(SendMessageResult::new(&id, &conversation, sent));
    }
    Ok(results)
}

async fn send(ctx: &Context, caller: &SignedIn, message: Value) -> Result<Message, Error> {
    let outgoing: Outgoing = parse(message)?;
    let sent = ctx.store().message_append(&caller.user_id, &outgoing, ctx.now()).await?;
    Ok(sent.at(ctx.now()))
}

fn text(message: &Value, field: &str) -> String {
    message.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

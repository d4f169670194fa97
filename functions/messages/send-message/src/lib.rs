//! `Mutation.sendMessage`: sends a message, for members whom the policy lets send.
//! `Forbidden` in a closed conversation or an announcement group, `Conflict` for an id that was used for something else.

use domain::Error;
use domain::message::{Message, Outgoing};
use lambda::{Context, Function, SignedIn, WithInput, field};

/// Sends the message.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<Outgoing>,
) -> Result<Message, Error> {
    let sent = ctx.store().message_append(&caller.user_id, &arguments.input, ctx.now()).await?;
    Ok(sent.at(ctx.now()))
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

#[cfg(test)]
mod tests {
    use lambda::parse;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_sender_cannot_say_is_refused() {
        let conversation = format!("g-{}", "0".repeat(32));
        let input = json!({"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "conversationId": conversation, "text": "hi"});
        assert!(parse::<WithInput<Outgoing>>(json!({"input": input})).is_ok());
        let mut forged = input.clone();
        forged["senderId"] = json!("00000000-0000-4000-8000-00000000000a");
        let error = parse::<WithInput<Outgoing>>(json!({"input": forged})).unwrap_err();
        assert!(error.message().contains("unknown field"), "{error}");
        let error = parse::<WithInput<Outgoing>>(
            json!({"input": {"id": "1", "conversationId": conversation, "text": "hi"}}),
        );
        assert!(error.unwrap_err().message().starts_with("input"));
    }
}

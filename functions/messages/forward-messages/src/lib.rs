//! `Mutation.forwardMessages`: forwards messages of one conversation to others, with a result for each, for members of
//! the first who may send in the others. `Forbidden` for what was forwarded often to more than one.

use domain::id::{ClientId, ConversationId, MessageId};
use domain::message::{ForwardPlan, Message, Outgoing, SendMessageResult, held_back, may_forward};
use domain::{Error, ErrorKind};
use lambda::{Context, Function, SignedIn, WithInput, field};

/// One message for one conversation.
struct Copy<'a> {
    from: &'a ConversationId,
    message_id: &'a MessageId,
    original: Option<&'a Message>,
    to: &'a ConversationId,
    id: &'a ClientId,
}

/// Forwards the messages one after the other, conversation by conversation.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<ForwardPlan>,
) -> Result<Vec<SendMessageResult>, Error> {
    let ForwardPlan { from, messages, targets } = arguments.input;
    let originals = ctx.store().message_batch(&caller.user_id, &from, &messages).await?;
    may_forward(originals.iter().flatten(), targets.len())?;
    let mut results = Vec::with_capacity(messages.len() * targets.len());
    for target in &targets {
        let to = &target.conversation_id;
        let mut stopped = false;
        for ((message_id, original), id) in messages.iter().zip(&originals).zip(&target.ids) {
            let copy = Copy { from: &from, message_id, original: original.as_ref(), to, id };
            let sent = if stopped { Err(held_back()) } else { forward(ctx, &caller, &copy).await };
            if let Err(error) = &sent {
                tracing::warn!(kind = %error.kind(), inner = error.inner(), message_id = id.as_str(), "message not forwarded");
                // What would come later must not come instead of one that may still come.
                stopped |= matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::Internal);
            }
            results.push(SendMessageResult::new(id.as_str(), to.as_str(), sent));
        }
    }
    Ok(results)
}

async fn forward(ctx: &Context, caller: &SignedIn, copy: &Copy<'_>) -> Result<Message, Error> {
    let outgoing = copy
        .original
        .ok_or_else(Error::not_found)
        .and_then(|original| Outgoing::forwarded(original, copy.id.clone(), copy.to.clone()));
    let sent = match outgoing {
        Ok(outgoing) => ctx.store().message_append(&caller.user_id, &outgoing, ctx.now()).await?,
        // It may have been forwarded before it was deleted: then this is the same wish once more.
        Err(error) => forwarded_before(ctx, caller, copy).await?.ok_or(error)?,
    };
    Ok(sent.at(ctx.now()))
}

async fn forwarded_before(
    ctx: &Context,
    caller: &SignedIn,
    copy: &Copy<'_>,
) -> Result<Option<Message>, Error> {
    let request = Outgoing::forward_request(copy.from, copy.message_id, copy.to)?;
    ctx.store().message_sent(&caller.user_id, copy.to, &copy.id.into(), &request).await
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

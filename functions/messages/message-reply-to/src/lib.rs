//! `Message.replyTo`: the message that a message replies to, for whoever sees the reply; null once it is deleted.

use domain::Error;
use domain::id::ConversationId;
use domain::message::QuotedMessage;
use lambda::{Context, Function, Viewer, batch_field};
use serde::Deserialize;

/// The reply.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    conversation_id: ConversationId,
    reply_to_seq: Option<u64>,
}

/// Reads the quotes of a page in one go.
pub async fn handle(
    ctx: &Context,
    _: Viewer,
    replies: Vec<Source>,
) -> Result<Vec<Result<Option<QuotedMessage>, Error>>, Error> {
    let place = |reply: &Source| reply.reply_to_seq.map(|seq| (reply.conversation_id.clone(), seq));
    let places: Vec<_> = replies.iter().filter_map(place).collect();
    let mut quotes = ctx.store().quote_batch(&places).await?.into_iter();
    let quote = |reply: &Source| reply.reply_to_seq.and_then(|_| quotes.next().flatten());
    Ok(replies.iter().map(quote).map(Ok).collect())
}

/// The function.
pub fn function() -> Function {
    batch_field(handle)
}

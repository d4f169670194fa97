//! `Query.getAttachmentUrl`: a link to an attachment of a message, for members who may see the message.

use domain::Error;
use domain::id::{AttachmentId, ConversationId, MessageId};
use domain::media::{AttachmentUrl, AttachmentVariant};
use lambda::{Context, Function, SignedIn, field};
use media::Bucket;
use serde::Deserialize;

/// Which attachment.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arguments {
    conversation_id: ConversationId,
    message_id: MessageId,
    attachment_id: AttachmentId,
    variant: Option<AttachmentVariant>,
}

/// Reads the message and signs a link.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<AttachmentUrl, Error> {
    let Arguments { conversation_id, message_id, attachment_id, variant } = arguments;
    let message = ctx.store().message_get(&caller.user_id, &conversation_id, &message_id).await?;
    let attachment = message.attachment(&attachment_id).ok_or_else(Error::not_found)?;
    let bucket = Bucket::open(ctx.sdk(), ctx.variable("BUCKET_NAME")).await?;
    let url = bucket.url(&message_id, attachment, variant.unwrap_or_default(), ctx.now())?;
    url.ok_or_else(Error::not_found)
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

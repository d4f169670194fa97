//! `Query.getAttachmentUrls`: links to up to 100 attachments of a conversation, for its members; none in place of those
//! that the caller may not see.

use domain::Error;
use domain::id::{AttachmentId, ConversationId, MessageId};
use domain::media::{AttachmentUrl, AttachmentVariant, MAX_LINKS_AT_ONCE};
use lambda::{Context, Function, SignedIn, field};
use media::Bucket;
use serde::Deserialize;

/// Which attachments.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arguments {
    conversation_id: ConversationId,
    attachments: Vec<Wanted>,
}

/// An attachment of a message.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wanted {
    message_id: MessageId,
    attachment_id: AttachmentId,
    variant: Option<AttachmentVariant>,
}

/// Reads the messages, each once, and signs a link for each attachment.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: Arguments,
) -> Result<Vec<Option<AttachmentUrl>>, Error> {
    let Arguments { conversation_id, attachments } = arguments;
    if !(1..=MAX_LINKS_AT_ONCE).contains(&attachments.len()) {
        return Err(Error::bad_request(format!("attachments: 1 to {MAX_LINKS_AT_ONCE}")));
    }
    let mut ids: Vec<_> = attachments.iter().map(|wanted| wanted.message_id.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    let messages = ctx.store().message_batch(&caller.user_id, &conversation_id, &ids).await?;
    let bucket = Bucket::open(ctx.sdk(), ctx.variable("BUCKET_NAME")).await?;
    let url = |wanted: &Wanted| {
        let message = messages.iter().flatten().find(|message| message.id == wanted.message_id);
        let attachment = message.and_then(|message| message.attachment(&wanted.attachment_id));
        let Some(attachment) = attachment else { return Ok(None) };
        bucket.url(&wanted.message_id, attachment, wanted.variant.unwrap_or_default(), ctx.now())
    };
    attachments.iter().map(url).collect()
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
    fn an_attachment_is_named_with_its_message() {
        let conversation = format!("g-{}", "0".repeat(32));
        let id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
        let ask =
            |wanted| parse::<Arguments>(json!({"conversationId": conversation, "attachments": [wanted]}));
        let asked = ask(json!({"messageId": id, "attachmentId": id, "variant": "THUMBNAIL"})).unwrap();
        assert_eq!(asked.attachments[0].variant, Some(AttachmentVariant::Thumbnail));
        assert!(ask(json!({"attachmentId": id})).is_err());
    }
}

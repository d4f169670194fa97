//! `Query.getMessageInfo`: who has a message and what became of it, for members who may see it.
//! `BadRequest` for a token of another message or person.

use domain::Error;
use domain::id::{ConversationId, MessageId, UserId};
use domain::message::{MessageInfo, Receipt};
use domain::page::Limit;
use lambda::{Context, Function, SignedIn, field};
use serde::Deserialize;

/// Which message, and which of its receipts.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arguments {
    conversation_id: ConversationId,
    message_id: MessageId,
    limit: Option<Limit>,
    next_token: Option<String>,
}

/// Reads the message and what belongs to it. Counts are of all receipts, whichever page is asked for.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<MessageInfo, Error> {
    let Arguments { conversation_id, message_id, limit, next_token } = arguments;
    let (me, cursors) = (&caller.user_id, ctx.cursors());
    let purpose = format!("getMessageInfo {conversation_id} {message_id}");
    let after: Option<UserId> = next_token.map(|token| cursors.open(&purpose, me, &token)).transpose()?;
    let detail = ctx.store().message_detail(me, &conversation_id, &message_id).await?;
    let (receipts, last) = page(detail.receipts, after.as_ref(), limit.unwrap_or_default().get());
    Ok(MessageInfo {
        message: detail.message.at(ctx.now()),
        receipts,
        delivered_count: detail.delivered_count,
        read_count: detail.read_count,
        reactions: detail.reactions,
        edits: detail.edits,
        next_token: last.map(|last| cursors.seal(&purpose, me, &last)).transpose()?,
    })
}

/// The receipts after a person, and after whom the next page starts, if there is one.
fn page(receipts: Vec<Receipt>, after: Option<&UserId>, limit: usize) -> (Vec<Receipt>, Option<UserId>) {
    let mut rest: Vec<Receipt> =
        receipts.into_iter().filter(|receipt| after.is_none_or(|after| receipt.user_id > *after)).collect();
    let more = rest.len() > limit;
    rest.truncate(limit);
    let last = rest.last().filter(|_| more).map(|receipt| receipt.user_id.clone());
    (rest, last)
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn receipt(number: usize) -> Receipt {
        let user_id = UserId::parse(format!("00000000-0000-4000-8000-{number:012}")).unwrap();
        Receipt {
            conversation_id: ConversationId::direct(&user_id, &user_id),
            user_id,
            delivered_seq: 1,
            read_seq: None,
            at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn each_receipt_is_on_one_page() {
        let all: Vec<_> = (0..7).map(receipt).collect();
        let (mut after, mut told) = (None, Vec::new());
        for _ in 0..3 {
            let (receipts, last) = page(all.clone(), after.as_ref(), 3);
            told.extend(receipts);
            after = last;
        }
        assert_eq!((told, after), (all.clone(), None));
        assert_eq!(page(all, None, 7).1, None);
    }
}

//! System notices: what happened in a group, at a number like any message.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::Error;
use domain::conversation::{MAX_PREVIEW_TARGETS, MessagePreview};
use domain::message::{Message, SystemNotice};
use jiff::Timestamp;

use crate::conversations::head::Head;
use crate::conversations::state::State;
use crate::keys;
use crate::store::{IntoPart, Store};

impl Head {
    /// The head and the message after one more notice.
    pub(crate) fn noticed(&self, notice: SystemNotice, at: Timestamp) -> (Head, Message) {
        let seq = self.seq + 1;
        let mut short = notice.clone();
        short.target_ids.truncate(MAX_PREVIEW_TARGETS);
        let message = Message::of_notice(self.id.clone(), seq, notice, at);
        let preview = MessagePreview {
            seq,
            message_id: message.id.clone(),
            sender_id: None,
            kind: message.kind,
            text: None,
            notice: Some(short),
            deleted: false,
            created_at: at,
        };
        (Head { seq, last_message: Some(preview), updated_at: at, ..self.clone() }, message)
    }
}

impl Store {
    /// A part that writes a notice. Its id is derived from its place, so it needs no marker.
    pub(crate) fn notice_part(&self, message: &Message) -> Result<TransactWriteItem, Error> {
        self.put_part(&keys::message(&message.conversation_id, message.seq), message)?
            .condition_expression("attribute_not_exists(pk)")
            .part()
    }

    /// A part that counts a notice as read by the one who caused it, as a message is by its sender; none if they had
    /// unread messages before it, which they must not lose.
    ///
    /// Refused if they read on meanwhile: then the transaction starts again from its read.
    pub(crate) fn caused_part(
        &self,
        actor: &State,
        before: &Head,
        after: &Head,
    ) -> Result<Option<TransactWriteItem>, Error> {
        if actor.read_seq != before.seq {
            return Ok(None);
        }
        let number = |number: u64| AttributeValue::N(number.to_string());
        self.update_part(&keys::state(&actor.user_id, &actor.conversation_id))
            .update_expression("SET readSeq = :seq, sentSeq = :seq, deliveredSeq = :delivered")
            .condition_expression("readSeq = :read AND deliveredSeq = :before")
            .expression_attribute_values(":seq", number(after.seq))
            .expression_attribute_values(":delivered", number(actor.delivered_seq.max(after.seq)))
            .expression_attribute_values(":read", number(actor.read_seq))
            .expression_attribute_values(":before", number(actor.delivered_seq))
            .part()
            .map(Some)
    }
}

#[cfg(test)]
mod tests {
    use domain::id::UserId;
    use domain::message::SystemNoticeType;

    use super::*;
    use crate::conversations::head::tests::head;

    #[test]
    fn a_notice_takes_the_next_number_and_its_preview_stays_short() {
        let before = Head { seq: 6, rev: 3, ..head() };
        let users: Vec<_> = (0..9)
            .map(|last| UserId::parse(format!("00000000-0000-4000-8000-00000000000{last}")).unwrap())
            .collect();
        let notice = SystemNotice {
            kind: SystemNoticeType::MembersAdded,
            actor_id: before.created_by.clone(),
            target_ids: users,
        };
        let at = Timestamp::from_second(9).unwrap();
        let (after, message) = before.noticed(notice, at);
        assert_eq!((after.seq, after.rev, message.seq), (7, 3, 7));
        assert_eq!(message.notice.unwrap().target_ids.len(), 9);
        let preview = after.last_message.unwrap();
        assert_eq!(preview.notice.unwrap().target_ids.len(), MAX_PREVIEW_TARGETS);
        assert_eq!((preview.message_id, after.updated_at), (message.id, at));
    }
}

//! Attachments on their way into messages.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::Error;
use domain::id::{AttachmentId, UserId};
use domain::media::Attachment;
use domain::message::{MediaRight, Message, Outgoing};
use jiff::Timestamp;

use super::row::{AttachmentRow, GalleryRow};
use crate::keys::{self, Key};
use crate::row::{self, Item};
use crate::store::{IntoPart as _, Store};

/// The attachments that some messages want to have, as they were read.
#[derive(Debug, Default)]
pub(crate) struct Supply(BTreeMap<AttachmentId, AttachmentRow>);

impl Supply {
    /// The keys of what messages want, each once.
    pub(crate) fn wanted(messages: &[Outgoing]) -> Vec<Key> {
        let mut ids: Vec<_> = messages.iter().flat_map(Outgoing::attachments).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().map(keys::attachment).collect()
    }

    /// What was read.
    pub(crate) fn read(items: impl Iterator<Item = Option<Item>>) -> Result<Self, Error> {
        let rows = items.flatten().map(row::decode::<AttachmentRow>);
        let rows: Vec<_> = rows.collect::<Result<_, _>>()?;
        Ok(Supply(rows.into_iter().map(|row| (row.id().clone(), row)).collect()))
    }

    /// The attachments of a message, in their order. `NotFound` if one is not the sender's to send.
    pub(crate) fn of(
        &self,
        message: &Outgoing,
        by: &UserId,
        now: Timestamp,
    ) -> Result<Vec<Attachment>, Error> {
        let Some(right) = message.media_right() else { return Ok(Vec::new()) };
        let of = |id| {
            let row = self.0.get(id).ok_or_else(Error::not_found)?;
            row.may_be_sent(by, right, now)?;
            Ok(row.attachment.clone())
        };
        message.attachments().iter().map(of).collect()
    }
}

impl Store {
    /// Parts that count the messages that get attachments; none for messages without.
    pub(crate) fn use_parts<'a>(
        &self,
        messages: impl IntoIterator<Item = &'a Outgoing>,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let mut uses: BTreeMap<&AttachmentId, (u64, MediaRight)> = BTreeMap::new();
        for message in messages {
            let Some(right) = message.media_right() else { continue };
            for id in message.attachments() {
                uses.entry(id).or_insert((0, right)).0 += 1;
            }
        }
        let part = |(id, (times, right)): (&AttachmentId, (u64, MediaRight))| {
            let update = self
                .update_part(&keys::attachment(id))
                .update_expression("ADD uses :times REMOVE expiresAt")
                .expression_attribute_values(":times", AttributeValue::N(times.to_string()));
            let update = match right {
                MediaRight::Own => update.condition_expression("attribute_exists(pk)"),
                // Whoever takes the last use away must not be overtaken.
                MediaRight::Forwarded => update
                    .condition_expression("uses > :none")
                    .expression_attribute_values(":none", AttributeValue::N("0".to_owned())),
            };
            update.part()
        };
        uses.into_iter().map(part).collect()
    }

    /// Parts that put a message into the lists of what its conversation shared, and take it out of others.
    pub(crate) fn gallery_parts(
        &self,
        before: Option<&Message>,
        after: &Message,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let (conversation, seq) = (&after.conversation_id, after.seq);
        let was = before.map(Message::galleries).unwrap_or_default();
        let is = after.galleries();
        let mut parts = Vec::new();
        for kind in is.iter().filter(|kind| !was.contains(kind)) {
            let row = GalleryRow { conversation_id: conversation.clone(), kind: *kind, seq };
            parts.push(self.put_part(&keys::gallery(conversation, *kind, seq), &row)?.part()?);
        }
        for kind in was.iter().filter(|kind| !is.contains(kind)) {
            parts.push(self.delete_part(&keys::gallery(conversation, *kind, seq)).part()?);
        }
        Ok(parts)
    }
}

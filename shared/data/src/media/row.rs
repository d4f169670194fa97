//! The rows of media.

use domain::Error;
use domain::id::{AttachmentId, ConversationId, UserId};
use domain::media::{Attachment, AttachmentStatus, GalleryKind};
use domain::message::MediaRight;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::row::Row;

/// An attachment, whose it is, and how many messages have it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentRow {
    /// The attachment.
    #[serde(flatten)]
    pub attachment: Attachment,
    /// Who uploaded it.
    pub owner_id: UserId,
    /// The digest of what was asked for.
    pub request: String,
    /// How many messages have it.
    pub uses: u64,
    /// When it is collected, in epoch seconds; none as long as a message has it.
    #[serde(default)]
    pub expires_at: Option<i64>,
}

impl Row for AttachmentRow {
    const ENTITY: &'static str = "attachment";
}

impl AttachmentRow {
    /// Whether it is there: what is to be collected is gone when its time has come, however late that is done.
    pub fn is_there(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|expires| now.as_second() < expires)
    }

    /// Whether a person may send it. What they may not is `NotFound`, what is not ready `Forbidden`.
    pub(crate) fn may_be_sent(&self, by: &UserId, right: MediaRight, now: Timestamp) -> Result<(), Error> {
        let is_theirs = match right {
            MediaRight::Own => self.owner_id == *by,
            // They saw the message that has it; it may have been the last.
            MediaRight::Forwarded => self.uses > 0,
        };
        if !is_theirs || !self.is_there(now) {
            return Err(Error::not_found());
        }
        match self.attachment.status {
            AttachmentStatus::Ready => Ok(()),
            AttachmentStatus::Pending => Err(Error::forbidden("this attachment is not ready yet")),
            AttachmentStatus::Rejected => Err(Error::forbidden("this attachment was refused")),
        }
    }

    /// Which attachment.
    pub fn id(&self) -> &AttachmentId {
        &self.attachment.id
    }
}

/// A message in one of the lists of what its conversation shared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GalleryRow {
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// In which list.
    pub kind: GalleryKind,
    /// The number of the message.
    pub seq: u64,
}

impl Row for GalleryRow {
    const ENTITY: &'static str = "gallery";
}

#[cfg(test)]
pub(crate) mod tests {
    use domain::ErrorKind;
    use serde_json::json;

    use super::*;
    use crate::{keys, row};

    pub(crate) fn user(number: usize) -> UserId {
        UserId::parse(format!("00000000-0000-4000-8000-{number:012}")).unwrap()
    }

    /// A picture of user 1 that nobody sent.
    pub(crate) fn picture() -> AttachmentRow {
        let attachment = json!({"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "kind": "IMAGE", "status": "READY",
            "fileName": "a.png", "contentType": "image/png", "size": 68, "width": 1, "height": 1,
            "hasThumbnail": true, "createdAt": "2026-01-01T00:00:00Z"});
        AttachmentRow {
            attachment: serde_json::from_value(attachment).unwrap(),
            owner_id: user(1),
            request: "digest".to_owned(),
            uses: 0,
            expires_at: Some(100),
        }
    }

    fn refusal(row: &AttachmentRow, by: usize, right: MediaRight, second: i64) -> Option<ErrorKind> {
        let now = Timestamp::from_second(second).unwrap();
        row.may_be_sent(&user(by), right, now).err().map(|error| error.kind())
    }

    #[test]
    fn a_row_comes_back_as_it_was() {
        let item = row::encode(&keys::attachment(picture().id()), &picture()).unwrap();
        assert_eq!(row::decode::<AttachmentRow>(item).unwrap(), picture());
    }

    #[test]
    fn only_who_uploaded_it_sends_it_and_only_while_it_is_there() {
        assert_eq!(refusal(&picture(), 1, MediaRight::Own, 99), None);
        assert_eq!(refusal(&picture(), 1, MediaRight::Own, 100), Some(ErrorKind::NotFound));
        assert_eq!(refusal(&picture(), 2, MediaRight::Own, 99), Some(ErrorKind::NotFound));
        let pending = Attachment { status: AttachmentStatus::Pending, ..picture().attachment };
        let pending = AttachmentRow { attachment: pending, ..picture() };
        assert_eq!(refusal(&pending, 1, MediaRight::Own, 99), Some(ErrorKind::Forbidden));
        assert_eq!(refusal(&pending, 2, MediaRight::Own, 99), Some(ErrorKind::NotFound));
    }

    #[test]
    fn what_a_message_has_is_forwarded_by_anybody() {
        let used = AttachmentRow { uses: 1, expires_at: None, ..picture() };
        assert_eq!(refusal(&used, 2, MediaRight::Forwarded, 1_000), None);
        assert_eq!(refusal(&picture(), 1, MediaRight::Forwarded, 1), Some(ErrorKind::NotFound));
    }
}

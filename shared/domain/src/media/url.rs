//! Links to attachments.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Attachment;
use crate::id::{AttachmentId, MessageId};
use crate::message::Message;

/// What of an attachment is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AttachmentVariant {
    /// What was uploaded, without what it said about where it was made.
    #[default]
    Original,
    /// The small picture.
    Thumbnail,
}

/// A link that works for a short time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentUrl {
    /// Of which message.
    pub message_id: MessageId,
    /// To which attachment.
    pub attachment_id: AttachmentId,
    /// To what of it.
    pub variant: AttachmentVariant,
    /// The link.
    pub url: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

impl Message {
    /// An attachment of it.
    pub fn attachment(&self, id: &AttachmentId) -> Option<&Attachment> {
        self.attachments.iter().find(|attachment| attachment.id == *id)
    }
}

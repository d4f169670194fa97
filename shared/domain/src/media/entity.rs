//! Attachments, in the shape that every answer, event and message gives them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AttachmentKind, ContentType, FileName};
use crate::id::AttachmentId;

/// How far an attachment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AttachmentStatus {
    /// Its bytes are awaited or being looked at.
    Pending,
    /// It can be sent.
    Ready,
    /// Its bytes were refused and are gone.
    Rejected,
}

/// Why bytes were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Rejection {
    /// They are not of the type that was said.
    WrongType,
    /// They are not as many as was said.
    WrongSize,
    /// They cannot be read.
    Unreadable,
    /// The picture has more pixels than can be shown.
    TooManyPixels,
}

/// What was found in the bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Measures {
    /// Pixels across, as it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels down, as it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// How long it plays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// What it looks like from far away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blur_hash: Option<String>,
    /// How loud it is over its time: 64 bytes in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waveform: Option<String>,
    /// Whether there is a small picture of it.
    #[serde(default)]
    pub has_thumbnail: bool,
}

/// Something that somebody uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// The id that the uploader's client made.
    pub id: AttachmentId,
    /// What it is.
    pub kind: AttachmentKind,
    /// How far it has come.
    pub status: AttachmentStatus,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejection: Option<Rejection>,
    /// What it is called.
    pub file_name: FileName,
    /// Of which type.
    pub content_type: ContentType,
    /// How many bytes.
    pub size: u64,
    /// What was found in it.
    #[serde(flatten)]
    pub measures: Measures,
    /// When it was asked for.
    pub created_at: Timestamp,
}

impl Attachment {
    /// The attachment after its bytes were looked at, which happens once.
    #[must_use]
    pub fn inspected(self, found: Result<Measures, Rejection>) -> Self {
        match found {
            Ok(measures) => Attachment { status: AttachmentStatus::Ready, measures, ..self },
            Err(rejection) => {
                Attachment { status: AttachmentStatus::Rejected, rejection: Some(rejection), ..self }
            }
        }
    }

    /// Whether it can be sent.
    pub fn is_ready(&self) -> bool {
        self.status == AttachmentStatus::Ready
    }
}

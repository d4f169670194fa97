//! Media: what people upload, and what messages carry of it.

mod album;
mod content_type;
mod entity;
mod file_name;
mod gallery;
mod kind;
mod limits;
mod upload;
mod url;

use jiff::SignedDuration;

pub use album::{album_kind, is_album};
pub use content_type::ContentType;
pub use entity::{Attachment, AttachmentStatus, Measures, Rejection};
pub use file_name::FileName;
pub use gallery::GalleryKind;
pub(crate) use gallery::has_link;
pub use kind::AttachmentKind;
pub use limits::UploadLimits;
pub use upload::{Upload, UploadField, UploadForm, UploadRequest};
pub use url::{AttachmentUrl, AttachmentVariant};

/// The most attachments of one message (WhatsApp's limit of an album).
pub const MAX_ATTACHMENTS: usize = 30;
/// How long an upload may be begun after it was asked for.
pub const UPLOAD_WINDOW: SignedDuration = SignedDuration::from_secs(5 * 60);
/// How long what nobody sent is kept.
pub const UNUSED_FOR: SignedDuration = SignedDuration::from_secs(7 * 24 * 60 * 60);
/// How long what the last message let go of is kept: links that were just given out still work.
pub const RELEASED_FOR: SignedDuration = SignedDuration::from_secs(60 * 60);
/// How long a link to an attachment works.
pub const LINK_LIFE: SignedDuration = SignedDuration::from_secs(5 * 60);
/// How long a link to a thumbnail works.
pub const THUMBNAIL_LINK_LIFE: SignedDuration = SignedDuration::from_secs(60 * 60);
/// The most links that one call gives.
pub const MAX_LINKS_AT_ONCE: usize = 100;

//! What bytes really are: their type, their measures, a small picture, and nothing of where they were made.
//!
//! Pure: bytes in, findings out. Formats are read by crates that others look after; what is ours is what to ask of them,
//! and the bounds: nothing is decoded before its header says that it is small enough.

mod clean;
mod film;
mod picture;
mod sound;
mod tag;
mod types;

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use domain::media::{AttachmentKind, ContentType, Measures, Rejection};

/// What was found in bytes that are what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its measures.
    pub measures: Measures,
    /// The bytes, without what they said about where they were made.
    pub original: Bytes,
    /// A small picture of it.
    pub thumbnail: Option<Thumbnail>,
}

/// A small picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thumbnail {
    /// Its bytes.
    pub bytes: Bytes,
    /// `image/jpeg`, or `image/png` where something can be seen through.
    pub content_type: &'static str,
}

/// Looks at the bytes of what calls itself an attachment of this kind and type.
///
/// Pictures and films of more than 50 million pixels are not decoded. A reader of a format that panics has met bytes
/// that cannot be read.
pub fn inspect(kind: AttachmentKind, content_type: &ContentType, bytes: &Bytes) -> Result<Found, Rejection> {
    let look = || look(kind, content_type, bytes);
    catch_unwind(AssertUnwindSafe(look)).unwrap_or(Err(Rejection::Unreadable))
}

fn look(kind: AttachmentKind, content_type: &ContentType, bytes: &Bytes) -> Result<Found, Rejection> {
    if !types::may_be(content_type, bytes) {
        return Err(Rejection::WrongType);
    }
    match kind {
        AttachmentKind::Image | AttachmentKind::Gif | AttachmentKind::Sticker => {
            picture::look(content_type, bytes)
        }
        AttachmentKind::Audio | AttachmentKind::VoiceNote => {
            let measures = sound::measures(content_type, bytes)?;
            Ok(Found { measures, original: clean::film(content_type, bytes), thumbnail: None })
        }
        AttachmentKind::Video => {
            let measures = film::measures(content_type, bytes)?;
            Ok(Found { measures, original: clean::film(content_type, bytes), thumbnail: None })
        }
        AttachmentKind::File => {
            Ok(Found { measures: Measures::default(), original: bytes.clone(), thumbnail: None })
        }
    }
}

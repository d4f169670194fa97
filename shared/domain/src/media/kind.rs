//! Kinds of attachments.

use serde::{Deserialize, Serialize};

use super::ContentType;
use crate::message::MessageKind;

/// What an attachment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AttachmentKind {
    /// A picture.
    Image,
    /// A moving picture without sound.
    Gif,
    /// A sticker.
    Sticker,
    /// A piece of audio.
    Audio,
    /// What somebody said.
    VoiceNote,
    /// A film.
    Video,
    /// Any other file.
    File,
}

impl AttachmentKind {
    /// The kind of message that it makes.
    pub const fn message_kind(self) -> MessageKind {
        match self {
            AttachmentKind::Image => MessageKind::Image,
            AttachmentKind::Gif => MessageKind::Gif,
            AttachmentKind::Sticker => MessageKind::Sticker,
            AttachmentKind::Audio => MessageKind::Audio,
            AttachmentKind::VoiceNote => MessageKind::VoiceNote,
            AttachmentKind::Video => MessageKind::Video,
            AttachmentKind::File => MessageKind::File,
        }
    }

    /// Whether what calls itself so can be of this kind. Of files, everything can.
    ///
    /// Only what is looked into afterwards is here: no SVG, which is a program that browsers run.
    pub fn takes(self, content_type: &ContentType) -> bool {
        let known: &[&str] = match self {
            AttachmentKind::Image => &["image/jpeg", "image/png", "image/webp"],
            AttachmentKind::Gif => &["image/gif"],
            AttachmentKind::Sticker => &["image/png", "image/webp"],
            AttachmentKind::Audio | AttachmentKind::VoiceNote => {
                &["audio/mp4", "audio/mpeg", "audio/ogg", "audio/wav"]
            }
            AttachmentKind::Video => &["video/mp4", "video/webm"],
            AttachmentKind::File => return true,
        };
        known.contains(&content_type.as_str())
    }

    /// Whether browsers may show it in place. All else is downloaded, whatever it calls itself.
    pub const fn is_shown(self) -> bool {
        !matches!(self, AttachmentKind::File)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(kind: AttachmentKind, content_type: &str) -> bool {
        kind.takes(&ContentType::parse(content_type).unwrap())
    }

    #[test]
    fn what_can_run_is_a_file_at_most() {
        for risky in ["image/svg+xml", "text/html", "application/xhtml+xml", "application/javascript"] {
            assert!(
                !takes(AttachmentKind::Image, risky) && !takes(AttachmentKind::Sticker, risky),
                "{risky}"
            );
            assert!(takes(AttachmentKind::File, risky), "{risky}");
        }
        assert!(!AttachmentKind::File.is_shown());
    }

    #[test]
    fn each_kind_takes_its_own() {
        assert!(takes(AttachmentKind::Image, "image/jpeg") && !takes(AttachmentKind::Image, "audio/ogg"));
        assert!(takes(AttachmentKind::VoiceNote, "audio/ogg") && !takes(AttachmentKind::Video, "audio/ogg"));
    }
}

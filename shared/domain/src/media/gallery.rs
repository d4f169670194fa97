//! Under what a message is found again among what a conversation shared.

use serde::{Deserialize, Serialize};

use crate::message::{Message, MessageKind};

/// One of the lists of what a conversation shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GalleryKind {
    /// Pictures, GIFs and films.
    Media,
    /// Files.
    Files,
    /// Texts with a link in them.
    Links,
    /// Audio and voice notes.
    Audio,
}

impl GalleryKind {
    /// The name, as the schema spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            GalleryKind::Media => "MEDIA",
            GalleryKind::Files => "FILES",
            GalleryKind::Links => "LINKS",
            GalleryKind::Audio => "AUDIO",
        }
    }
}

impl Message {
    /// In which lists of its conversation it is: none for most messages, two at most.
    pub fn galleries(&self) -> Vec<GalleryKind> {
        if self.deleted_at.is_some() {
            return Vec::new();
        }
        let of_kind = match self.kind {
            MessageKind::Image | MessageKind::Gif | MessageKind::Video => Some(GalleryKind::Media),
            MessageKind::File => Some(GalleryKind::Files),
            MessageKind::Audio | MessageKind::VoiceNote => Some(GalleryKind::Audio),
            _ => None,
        };
        let links = self.text.as_deref().is_some_and(has_link).then_some(GalleryKind::Links);
        of_kind.into_iter().chain(links).collect()
    }
}

/// Whether there is something to follow in a text: what begins with `http://` or `https://` and goes on.
pub(crate) fn has_link(text: &str) -> bool {
    text.split_whitespace().any(|word| {
        let starts = ["https://", "http://"].into_iter().filter_map(|start| word.split_once(start));
        starts.into_iter().any(|(_, rest)| rest.starts_with(|first: char| first.is_alphanumeric()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_has_somewhere_to_go() {
        for text in ["see https://example.com/a?b", "(http://x)", "xin chào\nhttps://đ.vn"] {
            assert!(has_link(text), "{text}");
        }
        for text in ["http", "https:// nothing", "ftp://example.com", "example.com", ""] {
            assert!(!has_link(text), "{text}");
        }
    }
}

//! Messages in short.

use unicode_segmentation::UnicodeSegmentation;

use super::{MAX_PREVIEW, Message, MessageKind, QuotedMessage, SystemNotice};
use crate::conversation::{MAX_PREVIEW_TARGETS, MessagePreview};

/// The most bytes of a preview's text: the head of a conversation, which holds it, is rewritten with every message.
const MAX_PREVIEW_BYTES: usize = 300;

impl Message {
    /// The message as the chat list shows it.
    pub fn preview(&self) -> MessagePreview {
        MessagePreview {
            seq: self.seq,
            message_id: self.id.clone(),
            sender_id: self.sender_id.clone(),
            kind: self.kind,
            text: self.text.as_deref().map(clip),
            notice: self.notice.as_ref().map(shorten),
            deleted: self.deleted_at.is_some(),
            created_at: self.created_at,
        }
    }

    /// The message as a reply shows it; none once it is deleted for everyone.
    pub fn quoted(&self) -> Option<QuotedMessage> {
        self.deleted_at.is_none().then(|| QuotedMessage {
            id: self.id.clone(),
            seq: self.seq,
            sender_id: self.sender_id.clone(),
            kind: self.kind,
            text: self.text.as_deref().map(clip),
        })
    }

    /// Whether somebody wrote it and it is still there: what can be edited, forwarded, pinned, starred, reacted to.
    pub fn is_live(&self) -> bool {
        self.kind != MessageKind::System && self.deleted_at.is_none()
    }
}

/// The beginning of a text: whole characters, 100 of them or 300 bytes, whichever is less.
fn clip(text: &str) -> String {
    let mut end = 0;
    for (start, cluster) in text.grapheme_indices(true).take(MAX_PREVIEW) {
        if start + cluster.len() > MAX_PREVIEW_BYTES {
            break;
        }
        end = start + cluster.len();
    }
    text.get(..end).unwrap_or_default().to_owned()
}

fn shorten(notice: &SystemNotice) -> SystemNotice {
    let target_ids = notice.target_ids.iter().take(MAX_PREVIEW_TARGETS).cloned().collect();
    SystemNotice { target_ids, ..notice.clone() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(clip("hi"), "hi");
        assert_eq!(clip(&"a".repeat(200)).len(), 100);
        let flags = clip(&"🇻🇳".repeat(100));
        assert_eq!(flags.graphemes(true).count(), 37);
        assert_eq!(clip(&format!("a{}", "\u{0301}".repeat(300))), "");
    }

    proptest! {
        #[test]
        fn a_clip_is_a_short_beginning(text in "\\PC{0,300}") {
            let short = clip(&text);
            prop_assert!(text.starts_with(&short));
            prop_assert!(short.len() <= MAX_PREVIEW_BYTES);
            prop_assert!(short.graphemes(true).count() <= MAX_PREVIEW);
        }
    }
}

//! What can be in one message together.

use super::{Attachment, AttachmentKind, MAX_ATTACHMENTS};
use crate::Error;
use crate::message::MessageKind;

/// The kind of message that attachments make: that of the first. Pictures and films go together, and so do files; of
/// all else there is one. `BadRequest` for anything else.
pub fn album_kind(attachments: &[Attachment]) -> Result<MessageKind, Error> {
    let Some(first) = attachments.first() else {
        return Err(Error::bad_request("attachmentIds must not be empty"));
    };
    if attachments.len() > MAX_ATTACHMENTS {
        return Err(Error::bad_request(format!("attachmentIds: at most {MAX_ATTACHMENTS}")));
    }
    if attachments.len() > 1 && !attachments.iter().all(|one| go_together(first.kind, one.kind)) {
        return Err(Error::bad_request("pictures and films can be sent together, or files; all else alone"));
    }
    Ok(first.kind.message_kind())
}

/// Whether a message of this kind carries attachments.
pub const fn is_album(kind: MessageKind) -> bool {
    matches!(
        kind,
        MessageKind::Image
            | MessageKind::Gif
            | MessageKind::Sticker
            | MessageKind::Audio
            | MessageKind::VoiceNote
            | MessageKind::Video
            | MessageKind::File
    )
}

fn go_together(one: AttachmentKind, other: AttachmentKind) -> bool {
    let is_seen = |kind| matches!(kind, AttachmentKind::Image | AttachmentKind::Video);
    (is_seen(one) && is_seen(other)) || (one == AttachmentKind::File && other == AttachmentKind::File)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    pub(super) fn attachment(kind: &str) -> Attachment {
        serde_json::from_value(json!({"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "kind": kind, "status": "READY",
            "fileName": "a", "contentType": "image/png", "size": 1, "createdAt": "2026-01-01T00:00:00Z"}))
        .unwrap()
    }

    fn kind(kinds: &[&str]) -> Option<MessageKind> {
        album_kind(&kinds.iter().map(|kind| attachment(kind)).collect::<Vec<_>>()).ok()
    }

    #[test]
    fn pictures_and_films_make_an_album_and_the_first_names_it() {
        assert_eq!(kind(&["VIDEO", "IMAGE"]), Some(MessageKind::Video));
        assert_eq!(kind(&["FILE", "FILE"]), Some(MessageKind::File));
        assert_eq!(kind(&["VOICE_NOTE"]), Some(MessageKind::VoiceNote));
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        for bad in [&["IMAGE", "FILE"][..], &["STICKER", "STICKER"], &["AUDIO", "IMAGE"], &[]] {
            assert_eq!(kind(bad), None, "{bad:?}");
        }
        assert!(
            kind(&["IMAGE"; MAX_ATTACHMENTS]).is_some() && kind(&["IMAGE"; MAX_ATTACHMENTS + 1]).is_none()
        );
    }
}

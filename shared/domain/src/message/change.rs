//! Changes of a message: edited, and deleted for everyone.

use jiff::Timestamp;
use serde::Deserialize;

use super::{DELETE_WINDOW, EDIT_WINDOW, MAX_EDITS, Mentions, Message, MessageKind, MessageText};
use crate::Error;
use crate::conversation::Membership;
use crate::id::{ConversationId, MessageId, UserId};
use crate::media::is_album;

/// Which message, and who does something to it when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Who acts.
    pub user_id: UserId,
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// Which message.
    pub message_id: MessageId,
    /// When.
    pub now: Timestamp,
}

/// Which message, as requests name it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MessageRef {
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// Which message.
    pub message_id: MessageId,
}

impl MessageRef {
    /// The message, and who does something to it now.
    pub fn place(self, user_id: UserId, now: Timestamp) -> Place {
        let MessageRef { conversation_id, message_id } = self;
        Place { user_id, conversation_id, message_id, now }
    }
}

/// A new text of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The text.
    pub text: MessageText,
    /// Who is mentioned now.
    pub mentions: Mentions,
}

impl Message {
    /// The message after an edit; none if nothing changes, however late that is said again.
    ///
    /// Only the sender edits, texts and what is written under attachments, for 15 minutes; the 21st edit is `LimitExceeded`.
    pub fn edited(
        &self,
        by: &UserId,
        edit: &Edited,
        earlier_edits: usize,
        now: Timestamp,
    ) -> Result<Option<Message>, Error> {
        if self.sender_id.as_ref() != Some(by) {
            return Err(Error::forbidden("only the sender may edit a message"));
        }
        let has_text = self.kind == MessageKind::Text || is_album(self.kind);
        if !has_text || self.deleted_at.is_some() {
            return Err(Error::forbidden("this message cannot be edited"));
        }
        let same_text = self.text.as_deref() == Some(edit.text.as_str());
        if same_text && self.mentions == edit.mentions.as_slice() {
            return Ok(None);
        }
        if now.duration_since(self.created_at) > EDIT_WINDOW {
            return Err(Error::forbidden("a message can be edited for 15 minutes"));
        }
        if earlier_edits >= MAX_EDITS {
            return Err(Error::limit_exceeded(format!("a message can be edited {MAX_EDITS} times")));
        }
        Ok(Some(Message {
            text: Some(edit.text.as_str().to_owned()),
            mentions: edit.mentions.as_slice().to_vec(),
            edited_at: Some(now),
            ..self.clone()
        }))
    }

    /// What is left of the message after it was deleted for everyone; none if it was already.
    ///
    /// The sender deletes within 48 hours, owners and admins of a group at any time.
    pub fn deleted(
        &self,
        by: &UserId,
        membership: &Membership,
        now: Timestamp,
    ) -> Result<Option<Message>, Error> {
        if self.kind == MessageKind::System {
            return Err(Error::forbidden("a system notice cannot be deleted for everyone"));
        }
        let own = self.sender_id.as_ref() == Some(by);
        if !own && !membership.moderates() {
            return Err(Error::forbidden("only the sender and admins may delete a message for everyone"));
        }
        if self.deleted_at.is_some() {
            return Ok(None);
        }
        if !membership.moderates() && now.duration_since(self.created_at) > DELETE_WINDOW {
            return Err(Error::forbidden("a message can be deleted for everyone for 48 hours"));
        }
        Ok(Some(Message {
            text: None,
            mentions: Vec::new(),
            location: None,
            contact: None,
            attachments: Vec::new(),
            reply_to_seq: None,
            edited_at: None,
            deleted_at: Some(now),
            deleted_by: Some(by.clone()),
            reactions: Vec::new(),
            pinned_at: None,
            pinned_until: None,
            ..self.clone()
        }))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use jiff::SignedDuration;
    use serde_json::json;

    use super::*;
    use crate::ErrorKind;
    use crate::conversation::{GroupPolicy, MemberRole};
    use crate::message::Outgoing;

    pub(crate) fn user(number: usize) -> UserId {
        UserId::parse(format!("00000000-0000-4000-8000-{number:012}")).unwrap()
    }

    /// A text that user 1 sent at the beginning of time.
    pub(crate) fn message() -> Message {
        let input = json!({
            "id": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "conversationId": ConversationId::direct(&user(1), &user(2)),
            "text": "first",
            "mentions": [user(2)],
        });
        let outgoing: Outgoing = serde_json::from_value(input).unwrap();
        outgoing.message(&user(1), 7, Timestamp::UNIX_EPOCH, Vec::new()).unwrap()
    }

    fn after(duration: SignedDuration) -> Timestamp {
        Timestamp::UNIX_EPOCH + duration
    }

    fn edit(text: &str) -> Edited {
        Edited { text: MessageText::parse(text).unwrap(), mentions: Mentions::default() }
    }

    fn in_group(role: MemberRole) -> Membership {
        Membership { role, policy: Some(GroupPolicy::default()), closed: false }
    }

    fn direct() -> Membership {
        Membership { role: MemberRole::Member, policy: None, closed: false }
    }

    fn kind<T: std::fmt::Debug>(result: Result<T, Error>) -> ErrorKind {
        result.unwrap_err().kind()
    }

    #[test]
    fn an_edit_replaces_text_and_mentions_and_says_when() {
        let now = after(EDIT_WINDOW);
        let edited = message().edited(&user(1), &edit("second"), 0, now).unwrap().unwrap();
        assert_eq!((edited.text.as_deref(), edited.edited_at), (Some("second"), Some(now)));
        assert!(edited.mentions.is_empty());
        assert_eq!(edited.created_at, message().created_at);
    }

    #[test]
    fn an_edit_is_in_time_and_by_the_sender() {
        let late = after(EDIT_WINDOW + SignedDuration::from_secs(1));
        assert_eq!(kind(message().edited(&user(1), &edit("second"), 0, late)), ErrorKind::Forbidden);
        assert_eq!(
            kind(message().edited(&user(2), &edit("second"), 0, after(EDIT_WINDOW))),
            ErrorKind::Forbidden
        );
    }

    #[test]
    fn an_edit_said_again_is_no_second_edit_even_when_it_is_late() {
        let edited = message().edited(&user(1), &edit("second"), 0, after(EDIT_WINDOW)).unwrap().unwrap();
        assert_eq!(edited.edited(&user(1), &edit("second"), 1, after(DELETE_WINDOW)).unwrap(), None);
    }

    #[test]
    fn an_edit_of_the_mentions_alone_or_of_the_text_alone_is_an_edit() {
        let mentions = |number| Mentions::try_from(vec![user(number)]).unwrap();
        let of = |text: &str, number| {
            let edit = Edited { text: MessageText::parse(text).unwrap(), mentions: mentions(number) };
            message().edited(&user(1), &edit, 0, after(EDIT_WINDOW)).unwrap()
        };
        assert_eq!(of("first", 2), None);
        assert_eq!(of("first", 3).unwrap().mentions, [user(3)]);
        assert_eq!(of("second", 2).unwrap().text.as_deref(), Some("second"));
    }

    #[test]
    fn the_twenty_first_edit_is_too_many() {
        let edited = |times| message().edited(&user(1), &edit("second"), times, after(EDIT_WINDOW));
        assert!(edited(MAX_EDITS - 1).is_ok());
        assert_eq!(kind(edited(MAX_EDITS)), ErrorKind::LimitExceeded);
    }

    #[test]
    fn nothing_of_a_deleted_message_is_left_but_its_place() {
        let gone = message().deleted(&user(1), &direct(), after(DELETE_WINDOW)).unwrap().unwrap();
        assert_eq!((gone.text.clone(), gone.mentions.len(), gone.seq), (None, 0, 7));
        assert_eq!(gone.deleted_by, Some(user(1)));
        assert!(gone.preview().deleted && gone.preview().text.is_none() && gone.quoted().is_none());
        assert_eq!(gone.deleted(&user(1), &direct(), after(DELETE_WINDOW)).unwrap(), None);
        assert_eq!(kind(gone.edited(&user(1), &edit("second"), 0, after(EDIT_WINDOW))), ErrorKind::Forbidden);
    }

    #[test]
    fn nothing_of_what_a_message_can_have_outlives_it() {
        let full = json!({
            "location": { "latitude": 47.4, "longitude": 8.5 },
            "contact": { "name": "Ann", "phones": [], "emails": [] },
            "attachments": [{ "id": "01ARZ3NDEKTSV4RRFFQ69G5FAW", "kind": "IMAGE", "status": "READY",
                "fileName": "a.png", "contentType": "image/png", "size": 1, "createdAt": "2026-01-01T00:00:00Z" }],
            "replyToSeq": 3,
            "editedAt": "2026-01-01T00:00:00Z",
            "reactions": [{ "emoji": "👍", "count": 1, "userIds": [user(2)] }],
            "pinnedAt": "2026-01-01T00:00:00Z",
            "pinnedUntil": "2026-01-02T00:00:00Z",
        });
        let mut members = serde_json::to_value(message()).unwrap();
        members.as_object_mut().unwrap().extend(full.as_object().unwrap().clone());
        let full: Message = serde_json::from_value(members).unwrap();
        assert!(full.location.is_some() && full.contact.is_some() && full.pinned_until.is_some());
        assert_eq!(full.attachments.len(), 1);
        let gone = full.deleted(&user(1), &direct(), after(DELETE_WINDOW)).unwrap().unwrap();
        let gone = serde_json::to_value(gone).unwrap();
        let left = ["text", "location", "contact", "replyToSeq", "editedAt", "pinnedAt", "pinnedUntil"];
        assert!(left.iter().all(|name| gone[name].is_null()), "{gone}");
        assert_eq!((&gone["reactions"], &gone["mentions"]), (&json!([]), &json!([])));
        assert_eq!(gone["attachments"], json!([]));
    }

    #[test]
    fn admins_of_groups_delete_anything_at_any_time_and_others_their_own_in_time() {
        let late = after(DELETE_WINDOW + SignedDuration::from_secs(1));
        let deleted = |by, membership, now| message().deleted(&user(by), &membership, now);
        assert!(deleted(2, in_group(MemberRole::Admin), late).is_ok());
        assert!(deleted(2, in_group(MemberRole::Owner), late).is_ok());
        assert_eq!(kind(deleted(2, in_group(MemberRole::Member), after(EDIT_WINDOW))), ErrorKind::Forbidden);
        assert_eq!(kind(deleted(2, direct(), after(EDIT_WINDOW))), ErrorKind::Forbidden);
        assert_eq!(kind(deleted(1, direct(), late)), ErrorKind::Forbidden);
    }
}

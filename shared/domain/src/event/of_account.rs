//! Events of an account: for its own devices.

use jiff::Timestamp;

use super::{Event, EventType};
use crate::account::{BlockedUser, Contact};
use crate::id::UserId;
use crate::media::Attachment;

impl Event {
    /// The receiver's profile, preferences or privacy changed.
    pub fn account_changed(user: &UserId, version: u64, at: Timestamp) -> Self {
        Event::of_account(EventType::AccountChanged, user, format!("v{version}"), at)
    }

    /// The receiver, who is the contact's owner, added or renamed a contact.
    pub fn contact_changed(contact: Contact, at: Timestamp) -> Self {
        let mark = format!("contact:{}:{}", contact.user_id, at.as_microsecond());
        Event::of_account(EventType::ContactChanged, &contact.owner_id, mark, at)
            .with(|event| event.contact = Some(contact))
    }

    /// The receiver removed a contact.
    pub fn contact_removed(contact: Contact, at: Timestamp) -> Self {
        let mark = format!("uncontact:{}:{}", contact.user_id, contact.created_at.as_microsecond());
        Event::of_account(EventType::ContactRemoved, &contact.owner_id, mark, at)
            .with(|event| event.contact = Some(contact))
    }

    /// The receiver blocked somebody.
    pub fn user_blocked(blocked: BlockedUser) -> Self {
        let mark = format!("block:{}:{}", blocked.user_id, blocked.created_at.as_microsecond());
        Event::of_account(EventType::UserBlocked, &blocked.owner_id, mark, blocked.created_at)
            .with(|event| event.blocked_user = Some(blocked))
    }

    /// The receiver lifted a block.
    pub fn user_unblocked(blocked: BlockedUser, at: Timestamp) -> Self {
        let mark = format!("unblock:{}:{}", blocked.user_id, blocked.created_at.as_microsecond());
        Event::of_account(EventType::UserUnblocked, &blocked.owner_id, mark, at)
            .with(|event| event.blocked_user = Some(blocked))
    }

    /// What the receiver uploaded was looked at, which happens once.
    pub fn attachment_changed(user: &UserId, attachment: Attachment, at: Timestamp) -> Self {
        let mark = format!("attachment:{}", attachment.id);
        Event::of_account(EventType::AttachmentChanged, user, mark, at)
            .with(|event| event.attachment = Some(attachment))
    }

    fn of_account(kind: EventType, user: &UserId, mark: String, at: Timestamp) -> Self {
        Event { actor_id: Some(user.clone()), ..Event::new(format!("{user}:{mark}"), kind, at) }
    }
}

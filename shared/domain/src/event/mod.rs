//! Events: what a device is told, live and by sync, in one shape and with one id.
//!
//! Every event is built here, so that the publisher and sync cannot disagree about an id.

mod of_account;
mod of_conversation;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::{BlockedUser, Contact};
use crate::conversation::{Conversation, ConversationState, Member};
use crate::id::{ConversationId, UserId};
use crate::media::Attachment;
use crate::message::{Message, Receipt};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventType {
    /// A message was sent: `message`, with `seq`.
    MessageSent,
    /// A message was edited, deleted, reacted to, pinned or unpinned: `message`, with `rev`.
    MessageChanged,
    /// Title, description or policy: `conversation`, with `rev`.
    ConversationChanged,
    /// A role changed: `member`, with `rev`.
    MemberChanged,
    /// The receiver is in a conversation that is new to them: `conversation` and `state`.
    ConversationJoined,
    /// The receiver is no longer in the conversation.
    ConversationLeft,
    /// Somebody received or read: `receipt`.
    Receipt,
    /// The receiver's own state changed: `state`.
    StateChanged,
    /// The receiver starred or unstarred a message: `star`.
    StarChanged,
    /// The receiver deleted a message for themself: `hidden_seq`.
    MessageHidden,
    /// The receiver's profile or preferences changed.
    AccountChanged,
    /// The receiver added or renamed a contact: `contact`.
    ContactChanged,
    /// The receiver removed a contact: `contact`.
    ContactRemoved,
    /// The receiver blocked somebody: `blocked_user`.
    UserBlocked,
    /// The receiver unblocked somebody: `blocked_user`.
    UserUnblocked,
    /// What the receiver uploaded is ready, or was refused: `attachment`.
    AttachmentChanged,
}

/// Something that happened. The field that belongs to the type is set; the others are none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// The same for every copy of the event, live or by sync.
    pub id: String,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// When.
    pub at: Timestamp,
    /// Who did it; none for the system.
    pub actor_id: Option<UserId>,
    /// In which conversation; none for events of the account.
    pub conversation_id: Option<ConversationId>,
    /// The number of a message.
    pub seq: Option<u64>,
    /// The number of a change.
    pub rev: Option<u64>,
    /// The message as it is now.
    pub message: Option<Message>,
    /// The conversation as it is now, without anybody's state.
    pub conversation: Option<Conversation>,
    /// The member whose role changed.
    pub member: Option<Member>,
    /// How far somebody has come.
    pub receipt: Option<Receipt>,
    /// The receiver's own state.
    pub state: Option<ConversationState>,
    /// The star that came or went.
    pub star: Option<Star>,
    /// The message that the receiver deleted for themself.
    pub hidden_seq: Option<u64>,
    /// The contact that came, changed or went.
    pub contact: Option<Contact>,
    /// The person whom the receiver blocked or unblocked.
    pub blocked_user: Option<BlockedUser>,
    /// What the receiver uploaded.
    pub attachment: Option<Attachment>,
}

/// A star as an event tells of it: without the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Star {
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// The number of the message.
    pub seq: u64,
    /// Since when; none when it was taken away.
    pub starred_at: Option<Timestamp>,
}

/// A change at its number in a conversation: which, by whom and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// Its number.
    pub rev: u64,
    /// Who did it.
    pub actor_id: UserId,
    /// When.
    pub at: Timestamp,
}

impl Event {
    fn new(id: String, kind: EventType, at: Timestamp) -> Self {
        Event {
            id,
            kind,
            at,
            actor_id: None,
            conversation_id: None,
            seq: None,
            rev: None,
            message: None,
            conversation: None,
            member: None,
            receipt: None,
            state: None,
            star: None,
            hidden_seq: None,
            contact: None,
            blocked_user: None,
            attachment: None,
        }
    }

    fn with(mut self, change: impl FnOnce(&mut Event)) -> Self {
        change(&mut self);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_names_are_the_schemas() {
        let user = UserId::parse("00000000-0000-4000-8000-00000000000a").unwrap();
        let json = serde_json::to_value(Event::account_changed(&user, 4, Timestamp::UNIX_EPOCH)).unwrap();
        assert_eq!(json["type"], "ACCOUNT_CHANGED");
        assert_eq!(json["actorId"], user.as_str());
        assert!(json["blockedUser"].is_null());
    }
}

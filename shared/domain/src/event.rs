//! Events: what a device is told, live and by sync, in one shape and with one id.
//!
//! Every event is built here, so that the publisher and sync cannot disagree about an id.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::{BlockedUser, Contact};
use crate::conversation::{Conversation, ConversationState, Member};
use crate::id::{ConversationId, UserId};
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
    /// A message was sent. The message is as it is now, which may be later than it was sent.
    pub fn message_sent(message: Message) -> Self {
        let notice_by = message.notice.as_ref().map(|notice| notice.actor_id.clone());
        Event {
            actor_id: message.sender_id.clone().or(notice_by),
            conversation_id: Some(message.conversation_id.clone()),
            seq: Some(message.seq),
            ..Event::new(
                format!("{}:m{}", message.conversation_id, message.seq),
                EventType::MessageSent,
                message.created_at,
            )
        }
        .with(|event| event.message = Some(message))
    }

    /// A message changed. The message is as it is now, which may be after later changes.
    pub fn message_changed(revision: Revision, message: Message) -> Self {
        Event::revised(EventType::MessageChanged, revision).with(|event| event.message = Some(message))
    }

    /// Title, description or policy changed. A state in the conversation is taken out.
    pub fn conversation_changed(revision: Revision, conversation: Conversation) -> Self {
        Event::revised(EventType::ConversationChanged, revision)
            .with(|event| event.conversation = Some(stateless(conversation)))
    }

    /// A member's role changed.
    pub fn member_changed(revision: Revision, member: Member) -> Self {
        Event::revised(EventType::MemberChanged, revision).with(|event| event.member = Some(member))
    }

    /// The owner of the state is in a conversation that is new to them.
    pub fn conversation_joined(state: ConversationState, conversation: Conversation) -> Self {
        Event::of_membership(EventType::ConversationJoined, &state, "joined".to_owned(), state.joined_at)
            .with(|event| {
                event.state = Some(state);
                event.conversation = Some(stateless(conversation));
            })
    }

    /// The owner of the state, which is the last there was, is no longer in the conversation.
    pub fn conversation_left(last: &ConversationState, at: Timestamp) -> Self {
        Event::of_membership(EventType::ConversationLeft, last, "left".to_owned(), at)
    }

    /// Somebody received or read. A read watermark that they do not tell has to be taken out before.
    pub fn receipt(receipt: Receipt) -> Self {
        let read = receipt.read_seq.map_or_else(|| "-".to_owned(), |seq| seq.to_string());
        let id = format!("{}:{}:{}:{read}", receipt.conversation_id, receipt.user_id, receipt.delivered_seq);
        Event {
            actor_id: Some(receipt.user_id.clone()),
            conversation_id: Some(receipt.conversation_id.clone()),
            ..Event::new(id, EventType::Receipt, receipt.at)
        }
        .with(|event| event.receipt = Some(receipt))
    }

    /// The receiver's own state changed.
    pub fn state_changed(state: ConversationState, at: Timestamp) -> Self {
        Event::of_membership(EventType::StateChanged, &state, format!("s{}", state.version), at)
            .with(|event| event.state = Some(state))
    }

    /// The receiver starred a message.
    pub fn starred(user: &UserId, conversation: ConversationId, seq: u64, at: Timestamp) -> Self {
        let id = format!("{conversation}:{user}:star{seq}:{}", at.as_microsecond());
        Event::star_changed(id, user, Star { conversation_id: conversation, seq, starred_at: Some(at) }, at)
    }

    /// The receiver took a star away that had been there since `starred_at`.
    pub fn unstarred(
        user: &UserId,
        conversation: ConversationId,
        seq: u64,
        starred_at: Timestamp,
        at: Timestamp,
    ) -> Self {
        let id = format!("{conversation}:{user}:unstar{seq}:{}", starred_at.as_microsecond());
        Event::star_changed(id, user, Star { conversation_id: conversation, seq, starred_at: None }, at)
    }

    /// The receiver deleted a message for themself.
    pub fn message_hidden(user: &UserId, conversation: ConversationId, seq: u64, at: Timestamp) -> Self {
        let id = format!("{conversation}:{user}:hidden{seq}");
        Event {
            actor_id: Some(user.clone()),
            conversation_id: Some(conversation),
            hidden_seq: Some(seq),
            ..Event::new(id, EventType::MessageHidden, at)
        }
    }

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
        }
    }

    fn revised(kind: EventType, revision: Revision) -> Self {
        let id = format!("{}:r{}", revision.conversation_id, revision.rev);
        Event {
            actor_id: Some(revision.actor_id),
            conversation_id: Some(revision.conversation_id),
            rev: Some(revision.rev),
            ..Event::new(id, kind, revision.at)
        }
    }

    /// The time of joining is in the id, because who leaves and joins again begins with version 1 again.
    fn of_membership(kind: EventType, state: &ConversationState, mark: String, at: Timestamp) -> Self {
        let joined = state.joined_at.as_microsecond();
        let id = format!("{}:{}:{joined}:{mark}", state.conversation_id, state.user_id);
        Event { conversation_id: Some(state.conversation_id.clone()), ..Event::new(id, kind, at) }
    }

    fn of_account(kind: EventType, user: &UserId, mark: String, at: Timestamp) -> Self {
        Event { actor_id: Some(user.clone()), ..Event::new(format!("{user}:{mark}"), kind, at) }
    }

    fn star_changed(id: String, user: &UserId, star: Star, at: Timestamp) -> Self {
        Event {
            actor_id: Some(user.clone()),
            conversation_id: Some(star.conversation_id.clone()),
            star: Some(star),
            ..Event::new(id, EventType::StarChanged, at)
        }
    }

    fn with(mut self, change: impl FnOnce(&mut Event)) -> Self {
        change(&mut self);
        self
    }
}

/// Events may go to many, so nobody's state is in them.
fn stateless(conversation: Conversation) -> Conversation {
    Conversation { state: None, ..conversation }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{ConversationKind, MemberRole};
    use crate::id::MessageId;
    use crate::message::{MessageKind, SystemNotice, SystemNoticeType};

    fn user(last: char) -> UserId {
        UserId::parse(format!("00000000-0000-4000-8000-00000000000{last}")).unwrap()
    }

    fn conversation() -> ConversationId {
        ConversationId::direct(&user('a'), &user('b'))
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn message(seq: u64) -> Message {
        Message {
            id: MessageId::notice(&conversation(), seq),
            conversation_id: conversation(),
            seq,
            rev: 0,
            sender_id: None,
            kind: MessageKind::System,
            text: None,
            mentions: Vec::new(),
            location: None,
            contact: None,
            notice: Some(SystemNotice {
                kind: SystemNoticeType::MemberLeft,
                actor_id: user('a'),
                target_ids: Vec::new(),
            }),
            reply_to_seq: None,
            forward_count: 0,
            created_at: at(7),
            edited_at: None,
            deleted_at: None,
            deleted_by: None,
            reactions: Vec::new(),
            pinned_at: None,
            pinned_until: None,
        }
    }

    fn state(joined: i64, version: u64) -> ConversationState {
        ConversationState {
            conversation_id: conversation(),
            user_id: user('a'),
            role: MemberRole::Member,
            joined_at: at(joined),
            first_seq: 1,
            read_seq: 0,
            delivered_seq: 0,
            unread_count: None,
            pinned_at: None,
            muted_until: None,
            archived: false,
            marked_unread: false,
            mentioned: false,
            draft: None,
            cleared_seq: 0,
            version,
        }
    }

    #[test]
    fn a_sent_message_is_known_by_its_place_and_a_changed_one_by_its_change() {
        let sent = Event::message_sent(message(3));
        assert_eq!(sent.id, format!("{}:m3", conversation()));
        assert_eq!((sent.seq, sent.rev, sent.at), (Some(3), None, at(7)));
        assert_eq!(sent.actor_id, Some(user('a')));

        let revision = Revision { conversation_id: conversation(), rev: 9, actor_id: user('b'), at: at(8) };
        let changed = Event::message_changed(revision, message(3));
        assert_eq!(changed.id, format!("{}:r9", conversation()));
        assert_eq!((changed.seq, changed.rev), (None, Some(9)));
    }

    #[test]
    fn joining_again_is_another_event() {
        let ids = |joined| {
            [
                Event::state_changed(state(joined, 1), at(9)).id,
                Event::conversation_left(&state(joined, 1), at(9)).id,
            ]
        };
        assert_ne!(ids(1), ids(2));
        assert_eq!(ids(1), ids(1));
    }

    #[test]
    fn a_hidden_reading_does_not_show_in_the_id() {
        let receipt = |read_seq| {
            Event::receipt(Receipt {
                conversation_id: conversation(),
                user_id: user('a'),
                delivered_seq: 5,
                read_seq,
                at: at(1),
            })
        };
        assert!(receipt(None).id.ends_with(":5:-"));
        assert!(receipt(Some(4)).id.ends_with(":5:4"));
    }

    #[test]
    fn nobodys_state_travels_inside_a_conversation() {
        let conversation = Conversation {
            id: conversation(),
            kind: ConversationKind::Direct,
            title: None,
            description: None,
            member_count: 2,
            created_by: user('a'),
            created_at: at(1),
            participant_ids: None,
            policy: None,
            seq: 0,
            rev: 0,
            last_message: None,
            updated_at: at(1),
            state: Some(state(1, 1)),
        };
        let event = Event::conversation_joined(state(1, 1), conversation);
        assert_eq!(event.conversation.unwrap().state, None);
        assert!(event.state.is_some());
    }

    #[test]
    fn the_wire_names_are_the_schemas() {
        let json = serde_json::to_value(Event::account_changed(&user('a'), 4, at(1))).unwrap();
        assert_eq!(json["type"], "ACCOUNT_CHANGED");
        assert_eq!(json["actorId"], user('a').as_str());
        assert!(json["blockedUser"].is_null());
    }
}

//! Events of a conversation: for its members, or for the devices of one of them.

use jiff::Timestamp;

use super::{Event, EventType, Revision, Star};
use crate::conversation::{Conversation, ConversationState, Member};
use crate::id::{ConversationId, UserId};
use crate::message::{Message, Receipt};

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

    fn star_changed(id: String, user: &UserId, star: Star, at: Timestamp) -> Self {
        Event {
            actor_id: Some(user.clone()),
            conversation_id: Some(star.conversation_id.clone()),
            star: Some(star),
            ..Event::new(id, EventType::StarChanged, at)
        }
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
    use crate::message::{SystemNotice, SystemNoticeType};

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
        let kind = SystemNoticeType::MemberLeft;
        let notice = SystemNotice { kind, actor_id: user('a'), target_ids: Vec::new() };
        Message::of_notice(conversation(), seq, notice, at(7))
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
}

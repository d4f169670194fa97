//! The rows of the log.

use domain::id::{ConversationId, MessageId, UserId};
use domain::message::Message;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys;
use crate::row::Row;

impl Row for Message {
    const ENTITY: &'static str = "message";
}

/// A message with what only its writers need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MessageRow {
    /// The message.
    #[serde(flatten)]
    pub message: Message,
    /// The numbers of the changes that hold its earlier texts, oldest first, at most 20.
    #[serde(default)]
    pub edits: Vec<u64>,
}

impl Row for MessageRow {
    const ENTITY: &'static str = Message::ENTITY;
}

/// Where the message with an id stands: the proof that it was sent, for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Marker {
    /// The message.
    pub id: MessageId,
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// At which number.
    pub seq: u64,
    /// Who sent it.
    pub sender_id: UserId,
    /// The digest of what the sender asked for: the same id with other content is a conflict.
    pub request: String,
}

impl Row for Marker {
    const ENTITY: &'static str = "marker";
}

/// A change at its number. It points at what changed, and keeps only what would be lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// Its number.
    pub rev: u64,
    /// What changed.
    pub target: ChangeTarget,
    /// Who did it.
    pub actor_id: UserId,
    /// When.
    pub at: Timestamp,
    /// The text before an edit; none for other changes, and once the message is deleted for everyone.
    #[serde(default)]
    pub before: Option<String>,
    /// Whether a message says something else since, so that other words find it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reworded: bool,
}

/// What a change points at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChangeTarget {
    /// A message: edited, deleted, reacted to, pinned or unpinned.
    Message {
        /// Its number.
        seq: u64,
    },
    /// A member's role.
    Member {
        /// Whose.
        user_id: UserId,
    },
    /// Title, description or policy.
    Conversation,
}

impl Row for Change {
    const ENTITY: &'static str = "change";
}

/// A person's reaction to a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReactionRow {
    /// Who.
    pub user_id: UserId,
    /// With what.
    pub emoji: String,
    /// Since when.
    pub created_at: Timestamp,
}

impl Row for ReactionRow {
    const ENTITY: &'static str = "reaction";
}

/// A message that a person deleted for themself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HiddenRow {
    /// Whose.
    pub user_id: UserId,
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// The number of the message.
    pub seq: u64,
    /// When.
    pub hidden_at: Timestamp,
}

impl Row for HiddenRow {
    const ENTITY: &'static str = "hidden";
}

/// A star. It is in the index by time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StarRow {
    /// Whose.
    pub user_id: UserId,
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// The number of the message.
    pub seq: u64,
    /// Since when.
    pub starred_at: Timestamp,
    /// The partition of the index: the person's stars.
    #[serde(rename = "gsi1pk")]
    pub index_pk: String,
    /// The place in the index: the time, then what makes it the only one.
    #[serde(rename = "gsi1sk")]
    pub index_sk: String,
}

impl StarRow {
    /// A star with its place in the index.
    pub fn new(user: &UserId, conversation: &ConversationId, seq: u64, at: Timestamp) -> Self {
        StarRow {
            user_id: user.clone(),
            conversation_id: conversation.clone(),
            seq,
            starred_at: at,
            index_pk: keys::stars_index(user),
            index_sk: keys::star_place(at, conversation, seq),
        }
    }
}

impl Row for StarRow {
    const ENTITY: &'static str = "star";
}

#[cfg(test)]
mod tests {
    use domain::message::{MessageKind, SystemNotice, SystemNoticeType};

    use super::*;
    use crate::keys::Key;
    use crate::row;

    fn user() -> UserId {
        UserId::parse("00000000-0000-4000-8000-00000000000a").unwrap()
    }

    fn message() -> Message {
        let conversation = ConversationId::direct(&user(), &user());
        Message {
            id: MessageId::notice(&conversation, 7),
            conversation_id: conversation,
            seq: 7,
            rev: 4,
            sender_id: None,
            kind: MessageKind::System,
            text: Some("text".to_owned()),
            mentions: vec![user()],
            location: Some(domain::message::Location {
                latitude: 10.776_889_7,
                longitude: -106.0,
                name: None,
                address: None,
                accuracy: Some(0.0),
            }),
            contact: None,
            attachments: vec![crate::media::row::tests::picture().attachment],
            notice: Some(SystemNotice {
                kind: SystemNoticeType::MemberLeft,
                actor_id: user(),
                target_ids: Vec::new(),
            }),
            reply_to_seq: Some(3),
            forward_count: 2,
            created_at: Timestamp::UNIX_EPOCH,
            edited_at: None,
            deleted_at: None,
            deleted_by: None,
            reactions: Vec::new(),
            pinned_at: None,
            pinned_until: None,
        }
    }

    fn key() -> Key {
        keys::message(&message().conversation_id, 7)
    }

    #[test]
    fn a_message_row_comes_back_as_it_was() {
        let row = MessageRow { message: message(), edits: vec![2, 4] };
        let item = row::encode(&key(), &row).unwrap();
        assert_eq!(row::decode::<MessageRow>(item.clone()).unwrap(), row);
        assert_eq!(row::decode::<Message>(item).unwrap(), message());
    }

    #[test]
    fn a_message_that_others_wrote_was_never_edited() {
        let item = row::encode(&key(), &message()).unwrap();
        assert_eq!(
            row::decode::<MessageRow>(item).unwrap(),
            MessageRow { message: message(), edits: Vec::new() }
        );
    }

    #[test]
    fn stars_sort_by_time_in_the_index() {
        let star = |second| {
            let at = Timestamp::from_second(second).unwrap();
            StarRow::new(&user(), &message().conversation_id, 1, at).index_sk
        };
        assert!(star(9) < star(10));
        assert!(star(1_795_000_000) < star(1_795_000_001));
    }
}

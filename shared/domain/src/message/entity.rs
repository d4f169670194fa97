//! The entities, in the shape that every answer, event and sync gives them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{ConversationId, MessageId, UserId};
use crate::media::Attachment;

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MessageKind {
    /// Text.
    Text,
    /// A place.
    Location,
    /// A person's card.
    Contact,
    /// A picture, or several pictures and films of which a picture is the first.
    Image,
    /// A moving picture without sound.
    Gif,
    /// A sticker.
    Sticker,
    /// A piece of audio.
    Audio,
    /// What somebody said.
    VoiceNote,
    /// A film, or several pictures and films of which a film is the first.
    Video,
    /// Files.
    File,
    /// Something that happened in the conversation.
    System,
}

/// A message as a client sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The id that the sender's client made.
    pub id: MessageId,
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// Its number.
    pub seq: u64,
    /// The number of the last change to it; 0 for none.
    pub rev: u64,
    /// Who sent it; none for a system notice.
    pub sender_id: Option<UserId>,
    /// What it is.
    pub kind: MessageKind,
    /// The text.
    pub text: Option<String>,
    /// Who is mentioned.
    pub mentions: Vec<UserId>,
    /// The place.
    pub location: Option<Location>,
    /// The card.
    pub contact: Option<ContactCard>,
    /// What comes with it, as it was when it was sent.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// What happened.
    pub notice: Option<SystemNotice>,
    /// The number of the message it replies to.
    pub reply_to_seq: Option<u64>,
    /// How many hops of forwarding lie behind it.
    pub forward_count: u64,
    /// When it was sent.
    pub created_at: Timestamp,
    /// When it was last edited.
    pub edited_at: Option<Timestamp>,
    /// When it was deleted for everyone.
    pub deleted_at: Option<Timestamp>,
    /// Who deleted it.
    pub deleted_by: Option<UserId>,
    /// The reactions, by emoji, most first.
    pub reactions: Vec<ReactionSummary>,
    /// When it was pinned.
    pub pinned_at: Option<Timestamp>,
    /// Until when it is pinned.
    pub pinned_until: Option<Timestamp>,
}

impl Message {
    /// A system notice at its number; its id follows from its place.
    pub fn of_notice(
        conversation_id: ConversationId,
        seq: u64,
        notice: SystemNotice,
        created_at: Timestamp,
    ) -> Self {
        Message {
            id: MessageId::notice(&conversation_id, seq),
            conversation_id,
            seq,
            rev: 0,
            sender_id: None,
            kind: MessageKind::System,
            text: None,
            mentions: Vec::new(),
            location: None,
            contact: None,
            attachments: Vec::new(),
            notice: Some(notice),
            reply_to_seq: None,
            forward_count: 0,
            created_at,
            edited_at: None,
            deleted_at: None,
            deleted_by: None,
            reactions: Vec::new(),
            pinned_at: None,
            pinned_until: None,
        }
    }
}

/// One emoji under a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReactionSummary {
    /// The emoji.
    pub emoji: String,
    /// How many people.
    pub count: u64,
    /// Up to 10 of them, the last first.
    pub user_ids: Vec<UserId>,
}

/// A place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// Degrees, -90 to 90.
    pub latitude: f64,
    /// Degrees, -180 to 180.
    pub longitude: f64,
    /// Its name.
    pub name: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// Accuracy in metres.
    pub accuracy: Option<f64>,
}

/// A person's card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContactCard {
    /// The name.
    pub name: String,
    /// Phone numbers.
    pub phones: Vec<String>,
    /// Email addresses.
    pub emails: Vec<String>,
    /// The person here, if they are one.
    pub user_id: Option<UserId>,
}

/// What happened in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SystemNoticeType {
    /// The group was created.
    GroupCreated,
    /// People were added.
    MembersAdded,
    /// A person joined by a link.
    MemberJoined,
    /// A person was removed.
    MemberRemoved,
    /// A person left; the targets are who became owner by it.
    MemberLeft,
}

/// What happened, who did it and to whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SystemNotice {
    /// What.
    #[serde(rename = "type")]
    pub kind: SystemNoticeType,
    /// Who did it.
    pub actor_id: UserId,
    /// To whom.
    pub target_ids: Vec<UserId>,
}

/// A message that another replies to, as far as the reply shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuotedMessage {
    /// Its id.
    pub id: MessageId,
    /// Its number.
    pub seq: u64,
    /// Who sent it.
    pub sender_id: Option<UserId>,
    /// Its kind.
    pub kind: MessageKind,
    /// Up to 100 characters of its text.
    pub text: Option<String>,
}

/// How far a person has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// Who.
    pub user_id: UserId,
    /// Everything up to this number reached them.
    pub delivered_seq: u64,
    /// Everything up to this number was read; none if they do not tell.
    pub read_seq: Option<u64>,
    /// When the last of the two moved.
    pub at: Timestamp,
}

//! The head of a conversation: counters, settings and the preview of the last message.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::Error;
use domain::conversation::{Conversation, ConversationKind, GroupPolicy, MessagePreview};
use domain::id::{ConversationId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys;
use crate::row::Row;
use crate::store::{IntoPart, Store};

/// The head row. It is rewritten with every message, so it stays below 1 KB.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Head {
    /// The conversation.
    pub id: ConversationId,
    /// Direct or group.
    pub kind: ConversationKind,
    /// The title of a group.
    #[serde(default)]
    pub title: Option<String>,
    /// Whether there is a description in the info row.
    #[serde(default)]
    pub described: bool,
    /// How many members.
    pub member_count: u64,
    /// Who created it.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// The members of a direct conversation, one or two.
    #[serde(default)]
    pub participant_ids: Option<Vec<UserId>>,
    /// What members of a group may do.
    #[serde(default)]
    pub policy: Option<GroupPolicy>,
    /// Who of a direct conversation's two blocked the other, or is gone: nobody can send then.
    #[serde(default)]
    pub closed_by: Vec<UserId>,
    /// The number of the last message.
    pub seq: u64,
    /// The number of the last change.
    pub rev: u64,
    /// Grows by one with every write of this row.
    pub lock: u64,
    /// The digest of what the creator asked for: the same id with other content is a conflict.
    #[serde(default)]
    pub request: Option<String>,
    /// The last message in short.
    #[serde(default)]
    pub last_message: Option<MessagePreview>,
    /// The pinned messages: number, and until when.
    #[serde(default)]
    pub pins: Vec<Pin>,
    /// When the last message or change came.
    pub updated_at: Timestamp,
}

/// A pinned message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pin {
    /// Its number.
    pub seq: u64,
    /// Until when; none for ever.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

impl Row for Head {
    const ENTITY: &'static str = "conversation";
}

impl Head {
    /// The conversation as a client sees it, without description and state.
    pub fn conversation(&self) -> Conversation {
        Conversation {
            id: self.id.clone(),
            kind: self.kind,
            title: self.title.clone(),
            description: None,
            member_count: self.member_count,
            created_by: self.created_by.clone(),
            created_at: self.created_at,
            participant_ids: self.participant_ids.clone(),
            policy: self.policy,
            seq: self.seq,
            rev: self.rev,
            last_message: self.last_message.clone(),
            updated_at: self.updated_at,
            state: None,
        }
    }
}

impl Store {
    /// The head of a conversation; strongly consistent; one unit.
    pub async fn head_get(&self, conversation: &ConversationId) -> Result<Option<Head>, Error> {
        self.get(&keys::head(conversation)).await
    }

    /// A part that replaces a head that was read before. It raises the lock; the transaction is refused at this part
    /// if anybody wrote the head since.
    pub(crate) fn head_part(&self, before: &Head, mut after: Head) -> Result<TransactWriteItem, Error> {
        after.lock = before.lock + 1;
        self.put_part(&keys::head(&before.id), &after)?
            .condition_expression("#lock = :lock")
            .expression_attribute_names("#lock", "lock")
            .expression_attribute_values(":lock", AttributeValue::N(before.lock.to_string()))
            .part()
    }
}

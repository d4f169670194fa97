//! The head of a conversation: counters, settings and the preview of the last message.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::Error;
use domain::conversation::{Conversation, ConversationKind, GroupPolicy, Membership, MessagePreview};
use domain::id::{ConversationId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::conversations::state::State;
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
    /// What a member may do here.
    pub fn membership(&self, state: &State) -> Membership {
        Membership { role: state.role, policy: self.policy, closed: !self.closed_by.is_empty() }
    }

    /// The conversation as one member sees it: with their state, and with the last message only if they may see it.
    /// The description is apart, in the info row.
    pub fn conversation_of(&self, state: &State, draft: Option<String>) -> Conversation {
        let mut conversation = self.conversation();
        conversation.last_message.take_if(|last| !state.shows(last.seq));
        conversation.state = Some(state.conversation_state(Some(self), draft));
        conversation
    }

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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::conversations::member::MemberRow;
    use domain::conversation::MemberRole;

    /// A group of one, without messages.
    pub(crate) fn head() -> Head {
        let at = Timestamp::from_second(1).unwrap();
        Head {
            id: ConversationId::parse(format!("g-{}", "0".repeat(32))).unwrap(),
            kind: ConversationKind::Group,
            title: Some("a group".to_owned()),
            described: false,
            member_count: 1,
            created_by: UserId::parse("00000000-0000-4000-8000-00000000000a").unwrap(),
            created_at: at,
            participant_ids: None,
            policy: Some(GroupPolicy::default()),
            closed_by: Vec::new(),
            seq: 0,
            rev: 0,
            lock: 0,
            request: None,
            last_message: None,
            pins: Vec::new(),
            updated_at: at,
        }
    }

    /// The owner's state in it.
    pub(crate) fn state() -> State {
        let head = head();
        State::new(&MemberRow {
            conversation_id: head.id,
            user_id: head.created_by,
            role: MemberRole::Owner,
            joined_at: head.created_at,
            first_seq: 1,
        })
    }

    fn told(notices: u64) -> Head {
        let notice = domain::message::SystemNotice {
            kind: domain::message::SystemNoticeType::GroupCreated,
            actor_id: head().created_by,
            target_ids: Vec::new(),
        };
        (0..notices).fold(head(), |head, _| head.noticed(notice.clone(), head.created_at).0)
    }

    #[test]
    fn the_last_message_is_not_previewed_once_it_is_cleared_or_deleted_for_the_person() {
        let head = told(3);
        let preview = |state: State| head.conversation_of(&state, None).last_message.map(|last| last.seq);
        assert_eq!(preview(state()), Some(3));
        assert_eq!(preview(State { cleared_seq: 2, ..state() }), Some(3));
        assert_eq!(preview(State { cleared_seq: 3, ..state() }), None);
        assert_eq!(preview(State { hidden_seq: 3, ..state() }), None);
        assert_eq!(preview(State { hidden_seq: 2, ..state() }), Some(3));
        assert_eq!(preview(State { first_seq: 4, ..state() }), None);
    }

    #[test]
    fn a_block_closes_a_conversation_for_both() {
        let closed = Head { policy: None, closed_by: vec![head().created_by], ..head() };
        assert!(closed.membership(&state()).may_send().is_err());
    }
}

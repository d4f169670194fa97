//! Members, as the roster of a conversation lists them.

use domain::Error;
use domain::conversation::{Member, MemberRole};
use domain::id::{ConversationId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys;
use crate::row::{self, Row};
use crate::store::{Range, Store};

/// A row of the roster. It exists while the person is a member, and always together with their [`super::state::State`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberRow {
    /// Of which conversation.
    pub conversation_id: ConversationId,
    /// Who.
    pub user_id: UserId,
    /// What they may do.
    pub role: MemberRole,
    /// When they joined.
    pub joined_at: Timestamp,
    /// The first number they may see.
    pub first_seq: u64,
}

impl Row for MemberRow {
    const ENTITY: &'static str = "member";
}

impl MemberRow {
    /// The member as a client sees them.
    pub fn member(&self) -> Member {
        Member {
            conversation_id: self.conversation_id.clone(),
            user_id: self.user_id.clone(),
            role: self.role,
            joined_at: self.joined_at,
            active: true,
        }
    }
}

impl Store {
    /// All members, at most 1,024; strongly consistent, so that a removed member is not in it from the moment of the
    /// removal's acknowledgement; one unit per 4 KB, about 20 members.
    pub async fn member_roster(&self, conversation: &ConversationId) -> Result<Vec<MemberRow>, Error> {
        let range = Range::prefix(keys::conversation_partition(conversation), keys::MEMBERS);
        self.range(range).await?.rows.into_iter().map(row::decode).collect()
    }
}

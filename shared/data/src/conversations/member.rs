//! Members, as the roster of a conversation lists them.

use std::collections::BTreeMap;

use domain::Error;
use domain::conversation::{Member, MemberRole};
use domain::id::{ConversationId, UserId};
use futures::future::try_join;
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

    /// One page of the roster by user id, and whether there is more after it; none for a viewer who is no member.
    ///
    /// Strongly consistent: a query and, in parallel, the proof of membership; a unit each, for up to 20 members.
    pub async fn member_list(
        &self,
        viewer: &UserId,
        conversation: &ConversationId,
        after: Option<&UserId>,
        limit: usize,
    ) -> Result<Option<(Vec<Member>, bool)>, Error> {
        let last = after.map(|user| keys::member(conversation, user).sk);
        let range = Range::prefix(keys::conversation_partition(conversation), keys::MEMBERS);
        // One more than asked for tells whether a next page would be empty.
        let page = self.range(range.after(last).limit(limit + 1));
        let (state, page) = try_join(self.state_get(viewer, conversation), page).await?;
        if state.is_none() {
            return Ok(None);
        }
        let mut rows = page.rows;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let members = rows.into_iter().map(|item| row::decode::<MemberRow>(item).map(|row| row.member()));
        Ok(Some((members.collect::<Result<_, _>>()?, more)))
    }

    /// Those of some people who are members; strongly consistent, one unit each.
    pub async fn member_batch(
        &self,
        conversation: &ConversationId,
        users: &[UserId],
    ) -> Result<BTreeMap<UserId, MemberRow>, Error> {
        let keys: Vec<_> = users.iter().map(|user| keys::member(conversation, user)).collect();
        let items = self.batch(&keys, true).await?;
        let rows = items.into_values().map(row::decode::<MemberRow>);
        rows.map(|row| row.map(|row| (row.user_id.clone(), row))).collect()
    }
}

//! Roles of members.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::Error;
use domain::conversation::{GroupId, Member, MemberRole, successor};
use domain::id::UserId;
use jiff::Timestamp;

use crate::conversations::head::Head;
use crate::conversations::member::MemberRow;
use crate::conversations::state::State;
use crate::keys;
use crate::messages::row::{Change, ChangeTarget};
use crate::row;
use crate::store::{IntoPart, Store};

/// A role to give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleChange<'a> {
    /// Who gives it.
    pub actor: &'a UserId,
    /// To whom.
    pub target: &'a UserId,
    /// Which.
    pub role: MemberRole,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Gives a member a role.
    ///
    /// One transactional read and one transactional write; the same role again writes nothing. Only for an owner who
    /// takes it from themself the roster is read between them.
    /// `NotFound` when the caller or the other is no member; `Forbidden` for who is no owner, and for the last owner.
    pub async fn member_set_role(&self, id: &GroupId, change: &RoleChange<'_>) -> Result<Member, Error> {
        let RoleChange { actor, target, role, at } = *change;
        let keys = [keys::head(id), keys::state(actor, id), keys::member(id, target)];
        let mut attempt = 0;
        loop {
            let mut rows = self.snapshot(&keys).await?.into_iter();
            let (head, state) = (row::next::<Head>(&mut rows)?, row::next::<State>(&mut rows)?);
            let (Some(head), Some(state)) = (head, state) else { return Err(Error::not_found()) };
            head.membership(&state).may_set_roles()?;
            let before = row::next::<MemberRow>(&mut rows)?.ok_or_else(Error::not_found)?;
            if before.role == role {
                return Ok(before.member());
            }
            if actor == target && self.is_last_owner(id, actor).await? {
                return Err(Error::forbidden(
                    "a group keeps at least one owner: make somebody else owner first",
                ));
            }
            let after = MemberRow { role, ..before };
            let next = Head { rev: head.rev + 1, updated_at: at, ..head.clone() };
            let entry = Change {
                conversation_id: next.id.clone(),
                rev: next.rev,
                target: ChangeTarget::Member { user_id: target.clone() },
                actor_id: actor.clone(),
                at,
                before: None,
                reworded: false,
            };
            let mut parts = self.role_parts(&after)?.to_vec();
            parts.push(self.put_part(&keys::change(id, next.rev), &entry)?.part()?);
            parts.push(self.head_part(&head, next)?);
            match self.transact(parts).await {
                Ok(()) => return Ok(after.member()),
                Err(failure) => failure.lost_race()?,
            }
            self.back_off(&mut attempt).await?;
        }
    }

    async fn is_last_owner(&self, id: &GroupId, owner: &UserId) -> Result<bool, Error> {
        let others = self.member_roster(id).await?.into_iter().filter(|row| row.user_id != *owner);
        let others: Vec<_> = others.map(|row| row.member()).collect();
        Ok(others.is_empty() || successor(&others).is_some())
    }

    /// The parts that write a role where it stands: in the roster and in the member's own state.
    pub(crate) fn role_parts(&self, member: &MemberRow) -> Result<[TransactWriteItem; 2], Error> {
        let role = serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value(member.role)
            .map_err(|error| Error::internal(format!("cannot write a role: {error}")))?;
        let state = self
            .update_part(&keys::state(&member.user_id, &member.conversation_id))
            .update_expression("SET #role = :role ADD version :one")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#role", "role")
            .expression_attribute_values(":role", role)
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()));
        let roster = self
            .put_part(&keys::member(&member.conversation_id, &member.user_id), member)?
            .condition_expression("attribute_exists(pk)");
        Ok([roster.part()?, state.part()?])
    }
}

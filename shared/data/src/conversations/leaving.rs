//! Going from a group: removed, or by oneself.

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::Error;
use domain::conversation::{GroupId, MemberRole, successor};
use domain::id::UserId;
use domain::message::{SystemNotice, SystemNoticeType};
use jiff::Timestamp;

use crate::conversations::head::Head;
use crate::conversations::member::MemberRow;
use crate::conversations::state::State;
use crate::keys;
use crate::row;
use crate::store::Store;

impl Store {
    /// Removes another member. From the acknowledgement on they read nothing and get nothing.
    ///
    /// One transactional read and one transactional write; who is no member already is no error and writes nothing.
    /// A removal takes a number, so it comes before or after every send, never beside it.
    /// `NotFound` for a caller who is no member, `Forbidden` by role.
    pub async fn member_remove(
        &self,
        actor: &UserId,
        id: &GroupId,
        target: &UserId,
        at: Timestamp,
    ) -> Result<(), Error> {
        let keys = [keys::head(id), keys::state(actor, id), keys::member(id, target)];
        let mut attempt = 0;
        loop {
            let mut rows = self.snapshot(&keys).await?.into_iter();
            let (head, state) = (row::next::<Head>(&mut rows)?, row::next::<State>(&mut rows)?);
            let (Some(head), Some(state)) = (head, state) else { return Err(Error::not_found()) };
            let membership = head.membership(&state);
            membership.may_remove_members()?;
            let Some(member) = row::next::<MemberRow>(&mut rows)? else { return Ok(()) };
            membership.may_remove(member.role)?;
            let notice = SystemNotice {
                kind: SystemNoticeType::MemberRemoved,
                actor_id: actor.clone(),
                target_ids: vec![target.clone()],
            };
            let (mut after, message) = head.noticed(notice, at);
            after.member_count -= 1;
            let mut parts = self.leaving_parts(id, target)?.to_vec();
            parts.extend(self.caused_part(&state, &head, &after)?);
            parts.push(self.notice_part(&message)?);
            parts.push(self.head_part(&head, after)?);
            match self.transact(parts).await {
                Ok(()) => return Ok(()),
                Err(failure) => failure.lost_race()?,
            }
            self.back_off(&mut attempt).await?;
        }
    }

    /// Leaves a group; after the last owner somebody else is owner in the same transaction.
    ///
    /// One transactional read and one transactional write, and for an owner the roster between them (a unit per 20
    /// members); it cannot change before the write, because whoever changes it replaces the head.
    /// Who is no member, of whatever it is, has left already.
    pub async fn member_leave(&self, actor: &UserId, id: &GroupId, at: Timestamp) -> Result<(), Error> {
        let keys = [keys::head(id), keys::state(actor, id)];
        let mut attempt = 0;
        loop {
            let mut rows = self.snapshot(&keys).await?.into_iter();
            let (head, state) = (row::next::<Head>(&mut rows)?, row::next::<State>(&mut rows)?);
            let (Some(head), Some(state)) = (head, state) else { return Ok(()) };
            let heir = if state.role == MemberRole::Owner { self.heir(id, actor).await? } else { None };
            match self.transact(self.leave_parts(&head, id, actor, heir, at)?).await {
                Ok(()) => return Ok(()),
                Err(failure) => failure.lost_race()?,
            }
            self.back_off(&mut attempt).await?;
        }
    }

    async fn heir(&self, id: &GroupId, leaving: &UserId) -> Result<Option<MemberRow>, Error> {
        let mut roster = self.member_roster(id).await?;
        roster.retain(|row| row.user_id != *leaving);
        let staying: Vec<_> = roster.iter().map(MemberRow::member).collect();
        let heir = successor(&staying).map(|heir| heir.user_id.clone());
        Ok(roster.into_iter().find(|row| heir.as_ref() == Some(&row.user_id)))
    }

    fn leave_parts(
        &self,
        head: &Head,
        id: &GroupId,
        actor: &UserId,
        heir: Option<MemberRow>,
        at: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let notice = SystemNotice {
            kind: SystemNoticeType::MemberLeft,
            actor_id: actor.clone(),
            target_ids: heir.iter().map(|heir| heir.user_id.clone()).collect(),
        };
        let (mut after, message) = head.noticed(notice, at);
        after.member_count -= 1;
        let mut parts = self.leaving_parts(id, actor)?.to_vec();
        if let Some(heir) = heir {
            parts.extend(self.role_parts(&MemberRow { role: MemberRole::Owner, ..heir })?);
        }
        parts.push(self.notice_part(&message)?);
        parts.push(self.head_part(head, after)?);
        Ok(parts)
    }
}

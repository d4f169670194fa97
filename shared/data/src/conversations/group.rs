//! Changing a group's info and policy.

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::Error;
use domain::conversation::{GroupId, Membership, PolicyChange};
use domain::id::UserId;
use domain::text::{GroupDescription, GroupTitle};
use jiff::Timestamp;

use crate::conversations::head::Head;
use crate::conversations::info::Info;
use crate::conversations::state::State;
use crate::keys;
use crate::messages::row::{Change, ChangeTarget};
use crate::row;
use crate::store::{IntoPart, Store};

/// Changes of a group; what is absent stays.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupChange {
    /// The title.
    pub title: Option<GroupTitle>,
    /// What it is for; empty for nothing.
    pub description: Option<GroupDescription>,
    /// What members may do.
    pub policy: Option<PolicyChange>,
}

impl GroupChange {
    /// Whether a member may ask for this.
    fn check(&self, membership: &Membership) -> Result<(), Error> {
        if self.title.is_some() || self.description.is_some() {
            membership.may_edit_info()?;
        }
        if self.policy.is_some() {
            membership.may_change_policy()?;
        }
        Ok(())
    }

    /// The head after the change, and the description.
    fn applied(&self, head: &Head, description: Option<&str>) -> (Head, Option<String>) {
        let mut after = head.clone();
        if let Some(title) = &self.title {
            after.title = Some(title.as_str().to_owned());
        }
        if let Some(change) = &self.policy {
            after.policy = after.policy.map(|policy| policy.changed(change));
        }
        let description = match &self.description {
            Some(description) => Some(description.as_str()).filter(|text| !text.is_empty()),
            None => description,
        };
        after.described = description.is_some();
        (after, description.map(str::to_owned))
    }
}

impl Store {
    /// Changes a group's title, description or policy.
    ///
    /// One transactional read, and one transactional write if something changes; one number for it all.
    /// `NotFound` for who is no member, `Forbidden` by policy and role.
    pub async fn group_update(
        &self,
        actor: &UserId,
        id: &GroupId,
        change: &GroupChange,
        at: Timestamp,
    ) -> Result<(), Error> {
        let keys = [keys::head(id), keys::state(actor, id), keys::info(id)];
        let mut attempt = 0;
        loop {
            let mut rows = self.snapshot(&keys).await?.into_iter();
            let (head, state) = (row::next::<Head>(&mut rows)?, row::next::<State>(&mut rows)?);
            let (Some(head), Some(state)) = (head, state) else { return Err(Error::not_found()) };
            change.check(&head.membership(&state))?;
            let before = row::next::<Info>(&mut rows)?.map(|info| info.description);
            let (mut after, description) = change.applied(&head, before.as_deref());
            let mut parts = Vec::new();
            if description != before {
                parts.push(self.info_part(id, description)?);
            } else if after == head {
                return Ok(());
            }
            after.rev += 1;
            after.updated_at = at;
            let entry = Change {
                conversation_id: after.id.clone(),
                rev: after.rev,
                target: ChangeTarget::Conversation,
                actor_id: actor.clone(),
                at,
                before: None,
                reworded: false,
            };
            parts.push(self.put_part(&keys::change(id, after.rev), &entry)?.part()?);
            parts.push(self.head_part(&head, after)?);
            match self.transact(parts).await {
                Ok(()) => return Ok(()),
                Err(failure) => failure.lost_race()?,
            }
            self.back_off(&mut attempt).await?;
        }
    }

    fn info_part(&self, id: &GroupId, description: Option<String>) -> Result<TransactWriteItem, Error> {
        match description {
            Some(description) => self.put_part(&keys::info(id), &Info { description })?.part(),
            None => self.delete_part(&keys::info(id)).part(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::conversation::{GroupPolicy, MemberRole};

    use super::*;
    use crate::conversations::head::tests::{head, state};

    const NOTHING: GroupChange = GroupChange { title: None, description: None, policy: None };

    #[test]
    fn an_empty_description_is_none_and_an_absent_one_stays() {
        let none = GroupChange { description: GroupDescription::parse("").ok(), ..NOTHING };
        let (after, description) = none.applied(&head(), Some("old"));
        assert_eq!((after.described, description), (false, None));
        let (after, description) = NOTHING.applied(&Head { described: true, ..head() }, Some("old"));
        assert_eq!((after.described, description.as_deref()), (true, Some("old")));
    }

    #[test]
    fn info_is_by_policy_and_the_policy_is_for_admins() {
        let title = GroupChange { title: GroupTitle::parse("x").ok(), ..NOTHING };
        let policy = GroupChange { policy: Some(PolicyChange::default()), ..NOTHING };
        let open = head();
        let strict = GroupPolicy { edit_info: MemberRole::Admin, ..GroupPolicy::default() };
        let strict = Head { policy: Some(strict), ..head() };
        let member = State { role: MemberRole::Member, ..state() };
        assert!(title.check(&open.membership(&member)).is_ok());
        assert!(title.check(&strict.membership(&member)).is_err());
        assert!(policy.check(&open.membership(&member)).is_err());
        assert!(policy.check(&strict.membership(&state())).is_ok());
    }
}

//! What a member may do.

use crate::Error;
use crate::conversation::{GroupPolicy, MemberRole};

/// A member's standing in a conversation, as of one moment: the only place that decides what they may do.
///
/// Each method is `Forbidden` with a reason when they may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// What the member is; `Member` in direct conversations.
    pub role: MemberRole,
    /// The policy of a group; none in direct conversations.
    pub policy: Option<GroupPolicy>,
    /// Whether one of a direct conversation's two blocked the other or is gone.
    pub closed: bool,
}

impl Membership {
    /// Sends messages and tells that they type.
    pub fn may_send(&self) -> Result<(), Error> {
        self.by_policy(|policy| policy.send, "only admins may send in this group")
    }

    /// Edits and reacts: what a member does to messages that are there.
    pub fn may_take_part(&self) -> Result<(), Error> {
        self.by_policy(|_| MemberRole::Member, "only members may do this")
    }

    /// Pins messages for everyone.
    pub fn may_pin(&self) -> Result<(), Error> {
        self.by_policy(|policy| policy.edit_info, "only admins may pin messages in this group")
    }

    /// Changes title and description.
    pub fn may_edit_info(&self) -> Result<(), Error> {
        self.by_policy(|policy| policy.edit_info, "only admins may change this group's info")
    }

    /// Changes the policy.
    pub fn may_change_policy(&self) -> Result<(), Error> {
        self.at_least(MemberRole::Admin, "only admins may change what members may do")
    }

    /// Adds members.
    pub fn may_add_members(&self) -> Result<(), Error> {
        self.by_policy(|policy| policy.add_members, "only admins may add members to this group")
    }

    /// Removes anybody at all.
    pub fn may_remove_members(&self) -> Result<(), Error> {
        self.at_least(MemberRole::Admin, "only admins may remove members")
    }

    /// Removes another member of this role: owners remove anybody, admins remove members.
    pub fn may_remove(&self, target: MemberRole) -> Result<(), Error> {
        self.may_remove_members()?;
        match target {
            MemberRole::Member => Ok(()),
            MemberRole::Admin | MemberRole::Owner => {
                self.at_least(MemberRole::Owner, "only owners may remove admins and owners")
            }
        }
    }

    /// Changes roles.
    pub fn may_set_roles(&self) -> Result<(), Error> {
        self.at_least(MemberRole::Owner, "only owners may change roles")
    }

    /// Makes and ends invite links.
    pub fn may_manage_links(&self) -> Result<(), Error> {
        self.at_least(MemberRole::Admin, "only admins may make and end invite links")
    }

    /// Whether they delete the messages of others for everyone: owners and admins of groups.
    pub fn moderates(&self) -> bool {
        self.policy.is_some() && self.role >= MemberRole::Admin
    }

    fn by_policy(
        &self,
        right: impl FnOnce(GroupPolicy) -> MemberRole,
        refusal: &'static str,
    ) -> Result<(), Error> {
        match self.policy {
            // The same words whoever closed it and why, so that a block cannot be told from a deleted account.
            None if self.closed => Err(Error::forbidden("this conversation is closed")),
            None => Ok(()),
            Some(policy) => self.at_least(right(policy), refusal),
        }
    }

    fn at_least(&self, role: MemberRole, refusal: &'static str) -> Result<(), Error> {
        if self.role >= role { Ok(()) } else { Err(Error::forbidden(refusal)) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ErrorKind;
    use crate::conversation::HistoryPolicy;

    const ROLES: [MemberRole; 3] = [MemberRole::Member, MemberRole::Admin, MemberRole::Owner];

    fn role() -> impl Strategy<Value = MemberRole> {
        prop::sample::select(ROLES.to_vec())
    }

    fn policy() -> impl Strategy<Value = GroupPolicy> {
        (role(), role(), role()).prop_map(|(edit_info, send, add_members)| GroupPolicy {
            edit_info,
            send,
            add_members,
            history: HistoryPolicy::All,
        })
    }

    fn group(role: MemberRole, policy: GroupPolicy) -> Membership {
        Membership { role, policy: Some(policy), closed: false }
    }

    type Right = fn(&Membership) -> Result<(), Error>;
    const RIGHTS: [Right; 9] = [
        Membership::may_send,
        Membership::may_take_part,
        Membership::may_pin,
        Membership::may_edit_info,
        Membership::may_change_policy,
        Membership::may_add_members,
        Membership::may_remove_members,
        Membership::may_set_roles,
        Membership::may_manage_links,
    ];

    proptest! {
        #[test]
        fn who_is_more_may_never_do_less(policy in policy(), low in role(), high in role()) {
            prop_assume!(low <= high);
            for right in RIGHTS {
                prop_assert!(right(&group(low, policy)).is_err() || right(&group(high, policy)).is_ok());
            }
        }

        #[test]
        fn owners_may_do_everything(policy in policy(), target in role()) {
            let owner = group(MemberRole::Owner, policy);
            prop_assert!(RIGHTS.iter().all(|right| right(&owner).is_ok()));
            prop_assert!(owner.may_remove(target).is_ok());
        }

        #[test]
        fn nobody_removes_their_equal_except_owners(policy in policy(), own in role(), target in role()) {
            let allowed = group(own, policy).may_remove(target).is_ok();
            prop_assert_eq!(allowed, own == MemberRole::Owner || own > target);
        }

        #[test]
        fn no_policy_gives_members_what_is_for_admins(policy in policy()) {
            let member = group(MemberRole::Member, policy);
            prop_assert!(member.may_change_policy().is_err());
            prop_assert!(member.may_manage_links().is_err());
            prop_assert!(member.may_set_roles().is_err());
            prop_assert!(!member.moderates());
        }
    }

    #[test]
    fn a_policy_keeps_its_own_right_for_admins_and_no_other() {
        let open = GroupPolicy::default();
        let admins = MemberRole::Admin;
        // In the order of the cells: sending, pinning, changing the info, adding members.
        let cases = [
            (open, [true; 4]),
            (GroupPolicy { send: admins, ..open }, [false, true, true, true]),
            (GroupPolicy { edit_info: admins, ..open }, [true, false, false, true]),
            (GroupPolicy { add_members: admins, ..open }, [true, true, true, false]),
        ];
        let rights: [Right; 4] = [
            Membership::may_send,
            Membership::may_pin,
            Membership::may_edit_info,
            Membership::may_add_members,
        ];
        for (policy, member_may) in cases {
            let of = |role| rights.map(|right| right(&group(role, policy)).is_ok());
            assert_eq!(of(MemberRole::Member), member_may, "{policy:?}");
            assert_eq!(of(admins), [true; 4], "{policy:?}");
            assert!(group(MemberRole::Member, policy).may_take_part().is_ok(), "{policy:?}");
        }
    }

    #[test]
    fn in_an_announcement_group_only_admins_send() {
        let policy = GroupPolicy { send: MemberRole::Admin, ..GroupPolicy::default() };
        assert_eq!(group(MemberRole::Member, policy).may_send().unwrap_err().kind(), ErrorKind::Forbidden);
        assert!(group(MemberRole::Member, policy).may_take_part().is_ok());
        assert!(group(MemberRole::Admin, policy).may_send().is_ok());
    }

    #[test]
    fn a_closed_conversation_says_the_same_to_everything() {
        let closed = Membership { role: MemberRole::Member, policy: None, closed: true };
        let open = Membership { closed: false, ..closed };
        let rights: [Right; 3] = [Membership::may_send, Membership::may_take_part, Membership::may_pin];
        for right in rights {
            assert_eq!(right(&closed).unwrap_err().message(), "this conversation is closed");
            assert!(right(&open).is_ok());
        }
        assert!(!open.moderates());
    }
}

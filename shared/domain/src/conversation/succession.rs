//! Who owns a group when its last owner leaves.

use std::cmp::Reverse;

use crate::conversation::{Member, MemberRole};

/// The member who becomes owner: the longest-standing admin, else the longest-standing member.
///
/// None when an owner stays, or nobody does. Of two who joined in the same moment it is the one with the smaller id,
/// so that every reader comes to the same answer.
pub fn successor(staying: &[Member]) -> Option<&Member> {
    if staying.iter().any(|member| member.role == MemberRole::Owner) {
        return None;
    }
    staying.iter().min_by_key(|member| (Reverse(member.role), member.joined_at, &member.user_id))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::id::{ConversationId, UserId};

    fn member(number: usize, role: MemberRole, joined: i64) -> Member {
        let user_id = UserId::parse(format!("00000000-0000-4000-8000-{number:012x}")).unwrap();
        Member {
            conversation_id: ConversationId::direct(&user_id, &user_id),
            user_id,
            role,
            joined_at: Timestamp::from_second(joined).unwrap(),
            active: true,
        }
    }

    fn members() -> impl Strategy<Value = Vec<Member>> {
        let roles = prop::sample::select(vec![MemberRole::Member, MemberRole::Admin, MemberRole::Owner]);
        prop::collection::vec((roles, 0_i64..5), 0..12).prop_map(|all| {
            all.into_iter().enumerate().map(|(number, (role, at))| member(number, role, at)).collect()
        })
    }

    #[test]
    fn an_admin_comes_before_a_member_who_was_there_longer() {
        let group = [member(1, MemberRole::Member, 1), member(2, MemberRole::Admin, 9)];
        assert_eq!(successor(&group), Some(&group[1]));
    }

    #[test]
    fn without_admins_it_is_the_longest_standing_member() {
        let group = [member(1, MemberRole::Member, 9), member(2, MemberRole::Member, 1)];
        assert_eq!(successor(&group), Some(&group[1]));
    }

    proptest! {
        #[test]
        fn a_group_with_members_always_has_an_owner_afterwards(staying in members()) {
            let owned = staying.iter().any(|member| member.role == MemberRole::Owner);
            prop_assert_eq!(successor(&staying).is_none(), owned || staying.is_empty());
        }

        #[test]
        fn the_order_of_reading_does_not_matter(staying in members()) {
            let backwards: Vec<_> = staying.iter().rev().cloned().collect();
            prop_assert_eq!(successor(&staying), successor(&backwards));
        }

        #[test]
        fn nobody_of_the_same_role_was_there_longer(staying in members()) {
            if let Some(heir) = successor(&staying) {
                prop_assert!(staying.iter().all(|other| other.role <= heir.role));
                let peers = staying.iter().filter(|other| other.role == heir.role);
                prop_assert!(peers.map(|peer| peer.joined_at).all(|joined| joined >= heir.joined_at));
            }
        }
    }
}

//! Adding people to a group: what becomes of each.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::conversation::{MAX_MEMBERS, Member};
use crate::id::UserId;

/// What became of a person to add.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AddMemberStatus {
    /// Is a member now.
    Added,
    /// Was a member already.
    AlreadyMember,
    /// Does not let the caller add them, or cannot be found; which of the two is not told.
    NotAllowed,
    /// The group has as many members as it can.
    GroupFull,
    /// The person is in as many conversations as they can be.
    TooManyConversations,
    /// Could not be added just now.
    TryAgain,
}

/// What became of a person to add, as a client sees it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AddMemberResult {
    /// Who.
    pub user_id: UserId,
    /// The outcome.
    pub status: AddMemberStatus,
    /// The member, if they are one now.
    pub member: Option<Member>,
}

/// A person to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub user_id: UserId,
    /// Whether the person exists, lets the caller add them, and neither blocked the other.
    pub allowed: bool,
}

/// The people of one step, sorted out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Adding {
    /// Who is to be written.
    pub added: Vec<UserId>,
    /// Who is not, and why not.
    pub others: Vec<(UserId, AddMemberStatus)>,
}

/// Sorts out who of the candidates becomes a member of a group that has `count` members.
///
/// `members` are those of the candidates who are in it; `overfull` those who are in too many conversations.
/// Earlier candidates come first when there is not room for all.
pub fn sort_out(
    candidates: &[Candidate],
    count: u64,
    members: &BTreeSet<UserId>,
    overfull: &BTreeSet<UserId>,
) -> Adding {
    let mut adding = Adding::default();
    for candidate in candidates {
        let id = &candidate.user_id;
        let refusal = if members.contains(id) {
            AddMemberStatus::AlreadyMember
        } else if !candidate.allowed {
            AddMemberStatus::NotAllowed
        } else if overfull.contains(id) {
            AddMemberStatus::TooManyConversations
        } else if count + adding.added.len() as u64 >= MAX_MEMBERS {
            AddMemberStatus::GroupFull
        } else {
            adding.added.push(id.clone());
            continue;
        };
        adding.others.push((id.clone(), refusal));
    }
    adding
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn user(number: usize) -> UserId {
        UserId::parse(format!("00000000-0000-4000-8000-{number:012x}")).unwrap()
    }

    fn allowed(numbers: impl IntoIterator<Item = usize>) -> Vec<Candidate> {
        numbers.into_iter().map(|number| Candidate { user_id: user(number), allowed: true }).collect()
    }

    #[test]
    fn the_1025th_member_does_not_fit() {
        let adding = sort_out(&allowed(0..3), 1_022, &BTreeSet::new(), &BTreeSet::new());
        assert_eq!(adding.added, [user(0), user(1)]);
        assert_eq!(adding.others, [(user(2), AddMemberStatus::GroupFull)]);
        let adding = sort_out(&allowed(0..2), 1_023, &BTreeSet::new(), &BTreeSet::new());
        assert_eq!(adding.others, [(user(1), AddMemberStatus::GroupFull)]);
    }

    #[test]
    fn a_member_of_a_full_group_is_a_member_already() {
        let members = BTreeSet::from([user(0)]);
        let adding = sort_out(&allowed([0]), MAX_MEMBERS, &members, &BTreeSet::new());
        assert_eq!(adding.others, [(user(0), AddMemberStatus::AlreadyMember)]);
    }

    #[test]
    fn who_does_not_want_to_is_not_added_and_takes_no_room() {
        let mut candidates = allowed(0..2);
        candidates[0].allowed = false;
        let adding = sort_out(&candidates, 1_023, &BTreeSet::new(), &BTreeSet::new());
        assert_eq!(adding.added, [user(1)]);
        assert_eq!(adding.others, [(user(0), AddMemberStatus::NotAllowed)]);
    }

    proptest! {
        #[test]
        fn everybody_has_one_outcome_and_the_group_never_overflows(
            count in 0..=MAX_MEMBERS,
            permissions in prop::collection::vec(any::<bool>(), 0..40),
            members in prop::collection::btree_set(0_usize..40, 0..10),
            overfull in prop::collection::btree_set(0_usize..40, 0..10),
        ) {
            let candidates: Vec<_> = permissions
                .iter()
                .enumerate()
                .map(|(number, allowed)| Candidate { user_id: user(number), allowed: *allowed })
                .collect();
            let set = |numbers: BTreeSet<usize>| numbers.into_iter().map(user).collect::<BTreeSet<_>>();
            let adding = sort_out(&candidates, count, &set(members), &set(overfull));
            prop_assert_eq!(adding.added.len() + adding.others.len(), candidates.len());
            prop_assert!(count + adding.added.len() as u64 <= MAX_MEMBERS);
        }
    }
}

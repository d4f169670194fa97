//! What a person may see of a conversation's messages.

use std::collections::BTreeSet;

use crate::conversations::head::Head;
use crate::conversations::state::State;

/// What a person may see of a conversation's messages.
#[derive(Debug)]
pub(super) struct Sight {
    /// The first number.
    pub(super) floor: u64,
    /// The last number that there is.
    pub(super) last: u64,
    /// What is deleted for the person in between.
    pub(super) hidden: BTreeSet<u64>,
}

impl Sight {
    pub(super) fn sees(&self, seq: u64) -> bool {
        seq >= self.floor && !self.hidden.contains(&seq)
    }

    /// Whether anything is to be seen from one number to another, both included. Numbers have no holes.
    pub(super) fn anything(&self, from: u64, to: u64) -> bool {
        let (from, to) = (from.max(self.floor), to.min(self.last));
        from <= to && (to - from + 1) > self.hidden.range(from..=to).count() as u64
    }
}

/// Whether there may be something that the member deleted for themself: the counter says so, or they came (back) to
/// a group that shows them everything, so that what they deleted in an earlier membership is still deleted for them.
pub(super) fn may_have_hidden(state: &State, head: &Head) -> bool {
    let came_late = head.policy.is_some() && state.joined_at != head.created_at;
    state.hidden_count > 0 || (came_late && state.first_seq == 1)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::conversations::head::tests::{head, state};

    #[test]
    fn what_was_deleted_in_an_earlier_membership_is_looked_for_where_it_could_be_seen() {
        let later = Timestamp::from_second(99).unwrap();
        assert!(!may_have_hidden(&state(), &head()), "the creator has never been away");
        assert!(may_have_hidden(&State { hidden_count: 1, ..state() }, &head()));
        assert!(may_have_hidden(&State { joined_at: later, ..state() }, &head()));
        assert!(!may_have_hidden(&State { joined_at: later, first_seq: 7, ..state() }, &head()));
        let direct = Head { policy: None, ..head() };
        assert!(!may_have_hidden(&State { joined_at: later, ..state() }, &direct));
    }

    fn sight(floor: u64, last: u64, hidden: &[u64]) -> Sight {
        Sight { floor, last, hidden: hidden.iter().copied().collect() }
    }

    #[test]
    fn nothing_before_the_first_number_is_there() {
        let sight = sight(5, 9, &[]);
        assert!(!sight.anything(0, 4));
        assert!(sight.anything(0, 5));
        assert!(!sight.anything(10, 20));
    }

    #[test]
    fn what_is_deleted_for_the_person_is_nothing() {
        let sight = sight(1, 4, &[1, 2, 4]);
        assert!(!sight.anything(0, 2));
        assert!(sight.anything(0, 3));
        assert!(!sight.anything(4, 4));
    }

    proptest! {
        #[test]
        fn something_is_there_when_one_number_can_be_seen(
            floor in 1..20_u64, last in 0..30_u64, from in 0..30_u64, to in 0..30_u64,
            hidden in prop::collection::btree_set(1..30_u64, 0..20),
        ) {
            let sight = Sight { floor, last, hidden };
            let one_by_one = (from..=to).any(|seq| seq <= last && sight.sees(seq));
            prop_assert_eq!(sight.anything(from, to), one_by_one);
        }
    }
}

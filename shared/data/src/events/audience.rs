//! Who learns what.

use domain::conversation::MAX_LIVE_RECEIPTS;
use domain::id::UserId;

use crate::conversations::member::MemberRow;

/// Members who may see the message at a number.
pub(super) fn seeing(roster: &[MemberRow], seq: u64) -> Vec<UserId> {
    roster.iter().filter(|member| member.first_seq <= seq).map(|member| member.user_id.clone()).collect()
}

/// All members.
pub(super) fn everybody(roster: &[MemberRow]) -> Vec<UserId> {
    roster.iter().map(|member| member.user_id.clone()).collect()
}

/// Those who are told how far a member has come: the others, unless they are too many to be told live.
pub(super) fn receipt_readers(roster: &[MemberRow], user: &UserId) -> Vec<UserId> {
    if roster.len() as u64 > MAX_LIVE_RECEIPTS {
        return Vec::new();
    }
    everybody(roster).into_iter().filter(|member| member != user).collect()
}

#[cfg(test)]
mod tests {
    use domain::conversation::MemberRole;
    use jiff::Timestamp;

    use super::*;
    use crate::conversations::head::tests::head;

    fn user(number: u64) -> UserId {
        UserId::parse(format!("00000000-0000-4000-8000-{number:012}")).unwrap()
    }

    fn roster(size: u64) -> Vec<MemberRow> {
        let row = |number| MemberRow {
            conversation_id: head().id,
            user_id: user(number),
            role: MemberRole::Member,
            joined_at: Timestamp::UNIX_EPOCH,
            first_seq: number,
        };
        (1..=size).map(row).collect()
    }

    #[test]
    fn a_message_is_for_those_who_were_there() {
        assert_eq!(seeing(&roster(3), 2), [user(1), user(2)]);
    }

    #[test]
    fn receipts_go_to_the_others_up_to_32_members() {
        assert_eq!(receipt_readers(&roster(3), &user(2)), [user(1), user(3)]);
        assert_eq!(receipt_readers(&roster(32), &user(2)).len(), 31);
        assert_eq!(receipt_readers(&roster(33), &user(2)), []);
    }
}

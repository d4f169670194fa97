//! Changes of what the members of a group may do.

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::conversation::{GroupPolicy, HistoryPolicy, MemberRole};

/// Who holds a right by policy: `ADMIN` or `MEMBER`. There is no right that admins could be denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "MemberRole", into = "MemberRole")]
pub struct Right(MemberRole);

impl TryFrom<MemberRole> for Right {
    type Error = Error;
    fn try_from(role: MemberRole) -> Result<Self, Error> {
        match role {
            MemberRole::Owner => Err(Error::bad_request("must be ADMIN or MEMBER")),
            MemberRole::Admin | MemberRole::Member => Ok(Right(role)),
        }
    }
}

impl From<Right> for MemberRole {
    fn from(right: Right) -> MemberRole {
        right.0
    }
}

/// A change of a policy: what is absent stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyChange {
    /// Who may change title and description and pin messages.
    #[serde(default)]
    pub edit_info: Option<Right>,
    /// Who may send.
    #[serde(default)]
    pub send: Option<Right>,
    /// Who may add members.
    #[serde(default)]
    pub add_members: Option<Right>,
    /// What a new member sees of what was before.
    #[serde(default)]
    pub history: Option<HistoryPolicy>,
}

impl GroupPolicy {
    /// The policy after a change.
    #[must_use]
    pub fn changed(self, change: &PolicyChange) -> Self {
        GroupPolicy {
            edit_info: change.edit_info.map_or(self.edit_info, MemberRole::from),
            send: change.send.map_or(self.send, MemberRole::from),
            add_members: change.add_members.map_or(self.add_members, MemberRole::from),
            history: change.history.unwrap_or(self.history),
        }
    }
}

impl HistoryPolicy {
    /// The first number that somebody sees who joins with the notice at this number.
    pub const fn first_seq(self, joined_with: u64) -> u64 {
        match self {
            HistoryPolicy::FromJoining => joined_with,
            HistoryPolicy::All => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_stays() {
        let change: PolicyChange = serde_json::from_str(r#"{"send":"ADMIN","history":null}"#).unwrap();
        let policy = GroupPolicy::default().changed(&change);
        assert_eq!(policy, GroupPolicy { send: MemberRole::Admin, ..GroupPolicy::default() });
    }

    #[test]
    fn a_right_cannot_be_for_owners_only() {
        assert!(serde_json::from_str::<PolicyChange>(r#"{"send":"OWNER"}"#).is_err());
    }

    #[test]
    fn who_joins_sees_from_their_notice_or_everything() {
        assert_eq!(HistoryPolicy::FromJoining.first_seq(7), 7);
        assert_eq!(HistoryPolicy::All.first_seq(7), 1);
    }
}

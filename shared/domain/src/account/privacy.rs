//! Who sees what of a person.

use serde::{Deserialize, Serialize};

/// Some of all people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Audience {
    /// Everybody.
    Everyone,
    /// The person's contacts.
    Contacts,
    /// Nobody.
    Nobody,
}

impl Audience {
    /// Whether somebody is in it who is, or is not, a contact of the person's.
    pub fn admits(self, relation: Relation) -> bool {
        match self {
            Audience::Everyone => true,
            Audience::Contacts => relation == Relation::Contact,
            Audience::Nobody => false,
        }
    }
}

/// What somebody is to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The person keeps them as a contact.
    Contact,
    /// The person does not.
    Stranger,
}

/// Who sees what of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Privacy {
    /// Who sees whether and when the person is here. Who hides it sees nobody's.
    pub last_seen: Audience,
    /// Who sees the picture.
    pub avatar: Audience,
    /// Who sees the about text.
    pub about: Audience,
    /// Whether reading is told in direct conversations. Who does not tell is not told.
    pub read_receipts: bool,
    /// Who may add the person to groups; others can send an invite link.
    pub group_invites: Audience,
}

impl Default for Privacy {
    fn default() -> Self {
        Privacy {
            last_seen: Audience::Everyone,
            avatar: Audience::Everyone,
            about: Audience::Everyone,
            read_receipts: true,
            group_invites: Audience::Everyone,
        }
    }
}

/// Changes of privacy; what is absent or null stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PrivacyChange {
    /// Who sees when the person was last here.
    pub last_seen: Option<Audience>,
    /// Who sees the picture.
    pub avatar: Option<Audience>,
    /// Who sees the about text.
    pub about: Option<Audience>,
    /// Whether reading is told in direct conversations.
    pub read_receipts: Option<bool>,
    /// Who may add the person to groups.
    pub group_invites: Option<Audience>,
}

impl Privacy {
    /// The privacy after a change.
    #[must_use]
    pub fn changed(&self, change: &PrivacyChange) -> Privacy {
        Privacy {
            last_seen: change.last_seen.unwrap_or(self.last_seen),
            avatar: change.avatar.unwrap_or(self.avatar),
            about: change.about.unwrap_or(self.about),
            read_receipts: change.read_receipts.unwrap_or(self.read_receipts),
            group_invites: change.group_invites.unwrap_or(self.group_invites),
        }
    }
}

/// Whether reading is told between two people: only if both tell it.
pub fn both_tell_readings(one: &Privacy, other: &Privacy) -> bool {
    one.read_receipts && other.read_receipts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audience_admits_those_in_it() {
        use Audience::{Contacts, Everyone, Nobody};
        use Relation::{Contact, Stranger};
        let admitted = |audience: Audience| [audience.admits(Contact), audience.admits(Stranger)];
        assert_eq!(
            [admitted(Everyone), admitted(Contacts), admitted(Nobody)],
            [[true, true], [true, false], [false, false]]
        );
    }

    #[test]
    fn hiding_ones_own_readings_hides_the_others() {
        let open = Privacy::default();
        let shy = open.changed(&PrivacyChange { read_receipts: Some(false), ..PrivacyChange::default() });
        assert!(both_tell_readings(&open, &open));
        assert!(!both_tell_readings(&open, &shy) && !both_tell_readings(&shy, &open));
    }
}

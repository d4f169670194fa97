//! What two people are to each other.

use super::{Profile, Relation, User};
use crate::id::UserId;

/// A person as they stand to a viewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acquaintance {
    /// The person.
    pub profile: Profile,
    /// Who looks.
    pub viewer_id: UserId,
    /// What the viewer is to the person.
    pub viewer: Relation,
    /// Whether the person blocked the viewer.
    pub blocks_viewer: bool,
    /// Whether the viewer blocked the person.
    pub blocked_by_viewer: bool,
}

impl Acquaintance {
    /// The person as the viewer sees them beside a message, in a roster, in a list; without presence.
    /// A block, whosever it is, leaves the names only.
    pub fn user(&self) -> User {
        if self.is_self() {
            self.profile.seen_by_self(None)
        } else if self.is_apart() {
            self.profile.seen_by_anybody()
        } else {
            self.profile.seen_by(self.viewer)
        }
    }

    /// The person as the viewer finds them: nobody, if they blocked the viewer.
    pub fn found(&self) -> Option<User> {
        (!self.blocks_viewer).then(|| self.user())
    }

    /// Whether one of the two blocked the other.
    pub fn is_apart(&self) -> bool {
        self.blocks_viewer || self.blocked_by_viewer
    }

    /// Whether the viewer may add the person to a group.
    pub fn may_be_added(&self) -> bool {
        self.is_self() || (!self.is_apart() && self.profile.privacy.group_invites.admits(self.viewer))
    }

    fn is_self(&self) -> bool {
        self.profile.user_id == self.viewer_id
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::account::{Audience, NewProfile, ProfileChange};
    use crate::text::About;

    fn user(last: char) -> UserId {
        UserId::parse(format!("00000000-0000-4000-8000-00000000000{last}")).unwrap()
    }

    fn bob_seen_by(viewer: char) -> Acquaintance {
        let new = NewProfile {
            user_id: user('b'),
            name: Some("Bob".to_owned()),
            mail: None,
            mail_proven: false,
            locale: None,
            time_zone: None,
            terms_version: None,
        };
        let profile = Profile::new(&new, Timestamp::UNIX_EPOCH).unwrap();
        let about = ProfileChange { about: Some(About::parse("busy").unwrap()), ..ProfileChange::default() };
        Acquaintance {
            profile: profile.with_profile(about),
            viewer_id: user(viewer),
            viewer: Relation::Stranger,
            blocks_viewer: false,
            blocked_by_viewer: false,
        }
    }

    #[test]
    fn a_block_leaves_the_names() {
        let bob = bob_seen_by('a');
        assert!(bob.user().about.is_some());
        let blocking = Acquaintance { blocks_viewer: true, ..bob.clone() };
        assert_eq!(blocking.user(), bob.profile.seen_by_anybody());
        assert_eq!(blocking.found(), None);
        let blocked = Acquaintance { blocked_by_viewer: true, ..bob.clone() };
        assert_eq!(blocked.found(), Some(bob.profile.seen_by_anybody()));
    }

    #[test]
    fn groups_are_for_whom_privacy_lets_in() {
        let mut bob = bob_seen_by('a');
        assert!(bob.may_be_added());
        bob.profile.privacy.group_invites = Audience::Contacts;
        assert!(!bob.may_be_added());
        assert!(Acquaintance { viewer: Relation::Contact, ..bob.clone() }.may_be_added());
        let apart = Acquaintance { viewer: Relation::Contact, blocked_by_viewer: true, ..bob.clone() };
        assert!(!apart.may_be_added());
        bob.profile.privacy.group_invites = Audience::Nobody;
        assert!(Acquaintance { viewer_id: user('b'), ..bob }.may_be_added());
    }
}

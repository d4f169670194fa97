//! Links that let people join a group.

use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::id::{ClientId, ConversationId, InviteCode, UserId};

/// How often a link may be used: 1 to 1,024, as many as a group has members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "u64")]
pub struct InviteUses(u64);

impl InviteUses {
    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl TryFrom<i64> for InviteUses {
    type Error = Error;
    fn try_from(uses: i64) -> Result<Self, Error> {
        match u64::try_from(uses) {
            Ok(uses @ 1..=super::MAX_MEMBERS) => Ok(InviteUses(uses)),
            _ => Err(Error::bad_request("must be from 1 to 1,024")),
        }
    }
}

impl From<InviteUses> for u64 {
    fn from(uses: InviteUses) -> u64 {
        uses.0
    }
}

/// What the maker of a link asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InviteTerms {
    /// Until when it works; none for ever.
    pub expires_at: Option<Timestamp>,
    /// How often; none for any number of times.
    pub max_uses: Option<InviteUses>,
}

impl InviteTerms {
    /// Whether a link may be made on these terms now: an end must lie ahead, at most a year.
    pub fn check(&self, now: Timestamp) -> Result<(), Error> {
        let Some(expires_at) = self.expires_at else { return Ok(()) };
        // A year of 366 days, so that the same day next year is never refused.
        let latest = now.checked_add((366 * 24).hours()).unwrap_or(Timestamp::MAX);
        if expires_at <= now || expires_at > latest {
            return Err(Error::bad_request("expiresAt must lie ahead, at most a year"));
        }
        Ok(())
    }
}

/// A link that lets people join a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InviteLink {
    /// The id that its maker's client made.
    pub id: ClientId,
    /// The secret part of the link.
    pub code: InviteCode,
    /// To which group.
    pub conversation_id: ConversationId,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// Until when it works; none for ever.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// How often it may be used; none for any number of times.
    #[serde(default)]
    pub max_uses: Option<u64>,
    /// How often it was used.
    pub uses: u64,
    /// Whether it was revoked.
    pub revoked: bool,
}

impl InviteLink {
    /// Whether somebody can join by it at this moment. Once it cannot, it never can again.
    pub fn works(&self, now: Timestamp) -> bool {
        !self.revoked
            && self.expires_at.is_none_or(|expires_at| now < expires_at)
            && self.max_uses.is_none_or(|max| self.uses < max)
    }
}

/// What a link leads to, for people who are not in yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InvitePreview {
    /// The group.
    pub conversation_id: ConversationId,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// How many members it has.
    pub member_count: u64,
    /// Whether the caller is a member already.
    pub joined: bool,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn link(expires: Option<i64>, max_uses: Option<u64>, uses: u64) -> InviteLink {
        let created_by = UserId::parse("00000000-0000-4000-8000-00000000000a").unwrap();
        InviteLink {
            id: ClientId::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").unwrap(),
            code: InviteCode::parse("A".repeat(22)).unwrap(),
            conversation_id: ConversationId::direct(&created_by, &created_by),
            created_by,
            created_at: at(0),
            expires_at: expires.map(at),
            max_uses,
            uses,
            revoked: false,
        }
    }

    #[test]
    fn a_link_works_up_to_its_end_and_its_last_use() {
        assert!(link(None, None, 5_000).works(at(1)));
        assert!(link(Some(10), None, 0).works(at(9)));
        assert!(!link(Some(10), None, 0).works(at(10)));
        assert!(link(None, Some(2), 1).works(at(1)));
        assert!(!link(None, Some(2), 2).works(at(1)));
        assert!(!InviteLink { revoked: true, ..link(None, None, 0) }.works(at(1)));
    }

    #[test]
    fn uses_are_bounded_while_parsing() {
        for (text, fine) in [("0", false), ("1", true), ("1024", true), ("1025", false), ("-1", false)] {
            assert_eq!(serde_json::from_str::<InviteUses>(text).is_ok(), fine, "{text}");
        }
    }

    #[test]
    fn uses_are_as_many_as_were_asked_for() {
        let uses: InviteUses = serde_json::from_str("17").unwrap();
        assert_eq!(uses.get(), 17);
        assert_eq!(serde_json::to_string(&uses).unwrap(), "17");
    }

    #[test]
    fn an_end_lies_ahead_and_not_too_far() {
        let terms = |second| InviteTerms { expires_at: Some(at(second)), max_uses: None };
        let year = 366 * 24 * 3_600;
        for (second, fine) in
            [(99, false), (100, false), (101, true), (100 + year, true), (101 + year, false)]
        {
            assert_eq!(terms(second).check(at(100)).is_ok(), fine, "{second}");
        }
    }

    proptest! {
        #[test]
        fn what_ended_never_works_again(
            expires in prop::option::of(0_i64..20), max in prop::option::of(1_u64..5), uses in 0_u64..5,
            now in 0_i64..20, later in 0_i64..20, more in 0_u64..5,
        ) {
            let before = link(expires, max, uses);
            let after = InviteLink { uses: uses + more, ..before.clone() };
            prop_assert!(before.works(at(now)) || !after.works(at(now + later)));
        }
    }
}

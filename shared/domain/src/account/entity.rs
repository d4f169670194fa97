//! The entities, in the shape that every answer, event and sync gives them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Handle, Locale, Preferences, Privacy, TimeZone};
use crate::id::UserId;
use crate::text::DisplayName;

/// A person, as one other person may see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The person.
    pub id: UserId,
    /// The unique handle; none until it is chosen.
    pub handle: Option<Handle>,
    /// The name.
    pub display_name: DisplayName,
    /// A few words; none when there are none or privacy hides them.
    pub about: Option<String>,
    /// Whether they are here; only where it was looked up, and if privacy lets the viewer know.
    pub presence: Option<Presence>,
}

/// The caller's own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// The caller.
    pub id: UserId,
    /// The unique handle; none until it is chosen.
    pub handle: Option<Handle>,
    /// The name.
    pub display_name: DisplayName,
    /// A few words.
    pub about: Option<String>,
    /// The language.
    pub locale: Locale,
    /// The time zone.
    pub time_zone: TimeZone,
    /// How the apps behave.
    pub preferences: Preferences,
    /// Who sees what.
    pub privacy: Privacy,
    /// The version of the terms that was accepted.
    pub terms_version: String,
    /// When they were accepted.
    pub terms_accepted_at: Timestamp,
    /// When the account was confirmed.
    pub created_at: Timestamp,
    /// Grows by one with each change.
    pub version: u64,
}

/// Whether a person is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Presence {
    /// Whose.
    pub user_id: UserId,
    /// Whether they are online now.
    pub online: bool,
    /// When they were last online.
    pub last_seen_at: Option<Timestamp>,
}

/// A person whom another keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// Who keeps them. Not in the API; the look-up of `user` needs it, because an event has no caller.
    pub owner_id: UserId,
    /// Whom.
    pub user_id: UserId,
    /// What the keeper calls them, if not by their name.
    pub name: Option<DisplayName>,
    /// Since when.
    pub created_at: Timestamp,
}

/// A person whom another blocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlockedUser {
    /// Who blocked them. Not in the API; the look-up of `user` needs it, because an event has no caller.
    pub owner_id: UserId,
    /// Whom.
    pub user_id: UserId,
    /// Since when.
    pub created_at: Timestamp,
}

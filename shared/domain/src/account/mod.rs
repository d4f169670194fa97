//! People: profiles, preferences, privacy, contacts and blocks.

mod acquaintance;
mod arrival;
mod entity;
mod handle;
mod locale;
mod mail;
mod preferences;
mod presence;
mod privacy;
mod profile;
mod search;
mod terms;

pub use acquaintance::Acquaintance;
pub use arrival::{Admission, Origin, PoolAccount, ProviderIdentity, admit, may_sign_up};
pub use entity::{BlockedUser, Contact, Me, Presence, User};
pub use handle::Handle;
pub use locale::{Locale, TimeZone};
pub use mail::MailAddress;
pub use preferences::{
    Change, DisappearingTimer, MediaAutoDownload, NotificationLevel, Preferences, PreferencesChange,
    QuietHours, Theme, TimeOfDay,
};
pub use presence::Attendance;
pub use privacy::{Audience, Privacy, PrivacyChange, Relation, both_tell_readings};
pub use profile::{NewProfile, Profile, ProfileChange};
pub use search::{SearchQuery, search_texts};
pub use terms::AcceptedTerms;

/// The most contacts of one person.
pub const MAX_CONTACTS: u64 = 5_000;
/// The most people that one person blocks.
pub const MAX_BLOCKS: u64 = 1_000;

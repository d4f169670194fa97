//! A person's account.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Handle, Locale, MailAddress, Me, Preferences, PreferencesChange, Presence, Privacy, Relation, TimeZone,
    User,
};
use crate::Error;
use crate::id::UserId;
use crate::text::{About, DisplayName};

/// What somebody is called who gave neither a name nor an address.
const UNNAMED: &str = "New here";

/// A person's account as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// The person.
    pub user_id: UserId,
    /// The unique handle; none until it is chosen.
    #[serde(default)]
    pub handle: Option<Handle>,
    /// The name.
    pub display_name: DisplayName,
    /// A few words; none rather than empty.
    #[serde(default)]
    pub about: Option<About>,
    /// The language.
    pub locale: Locale,
    /// The time zone.
    pub time_zone: TimeZone,
    /// How the apps behave.
    pub preferences: Preferences,
    /// Who sees what.
    pub privacy: Privacy,
    /// The version of the terms that was accepted; empty until then, see [`Profile::has_accepted_terms`].
    pub terms_version: String,
    /// When they were accepted; until then, when the account was made.
    pub terms_accepted_at: Timestamp,
    /// When the account was confirmed.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// Grows by one with each change of what the person set; the counters below leave it alone.
    pub version: u64,
    /// The digest of the proven mail address under which the person is found.
    #[serde(default)]
    pub mail: Option<String>,
    /// In how many conversations the person is.
    #[serde(default)]
    pub conversations: u64,
    /// How many contacts they keep.
    #[serde(default)]
    pub contacts: u64,
    /// How many people they block.
    #[serde(default)]
    pub blocks: u64,
}

/// What is known of a person when their account is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProfile {
    /// The person.
    pub user_id: UserId,
    /// The name that they gave, if any.
    pub name: Option<String>,
    /// Their mail address, if any.
    pub mail: Option<MailAddress>,
    /// Whether they proved that the address is theirs.
    pub mail_proven: bool,
    /// Their language as they gave it.
    pub locale: Option<String>,
    /// Their time zone as they gave it.
    pub time_zone: Option<String>,
    /// The version of the terms that they accepted.
    pub terms_version: Option<String>,
}

impl NewProfile {
    /// From the attributes of a user pool; without a `sub` that is a user's id it is `Internal`.
    pub fn from_attributes(attributes: &HashMap<String, String>) -> Result<Self, Error> {
        let text = |name: &str| attributes.get(name).cloned();
        let user_id = UserId::parse(text("sub").unwrap_or_default());
        Ok(NewProfile {
            user_id: user_id.map_err(|_| Error::internal("the sub of a trigger is no user id"))?,
            name: text("name"),
            mail: text("email").and_then(|mail| MailAddress::parse(&mail).ok()),
            mail_proven: text("email_verified").as_deref() == Some("true"),
            locale: text("locale"),
            time_zone: text("zoneinfo"),
            terms_version: text("custom:termsVersion"),
        })
    }

    /// The address under which the person may be found.
    pub fn proven_mail(&self) -> Option<&MailAddress> {
        self.mail.as_ref().filter(|_| self.mail_proven)
    }
}

/// Changes of a profile; what is absent or null stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ProfileChange {
    /// The name.
    pub display_name: Option<DisplayName>,
    /// A few words; empty for none.
    pub about: Option<About>,
    /// The language.
    pub locale: Option<Locale>,
    /// The time zone.
    #[serde(deserialize_with = "checked_time_zone")]
    pub time_zone: Option<TimeZone>,
}

fn checked_time_zone<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<TimeZone>, D::Error> {
    let name = Option::<String>::deserialize(deserializer)?;
    name.map(|name| TimeZone::parse(&name)).transpose().map_err(serde::de::Error::custom)
}

impl Profile {
    /// A new account. What was given but is not legal is left out, because it must not keep anybody from signing in:
    /// without a name the part of the address before the `@` serves.
    ///
    /// An `Internal` error only if the stand-in for a name were not legal.
    pub fn new(new: &NewProfile, now: Timestamp) -> Result<Self, Error> {
        let given = [new.name.as_deref(), new.mail.as_ref().map(MailAddress::local_part)];
        let given = given.into_iter().flatten().find_map(|name| DisplayName::parse(name).ok());
        let display_name = given.map_or_else(|| DisplayName::parse(UNNAMED), Ok);
        Ok(Profile {
            user_id: new.user_id.clone(),
            handle: None,
            display_name: display_name.map_err(|error| Error::internal(error.to_string()))?,
            about: None,
            locale: new.locale.as_deref().and_then(|text| Locale::parse(text).ok()).unwrap_or_default(),
            time_zone: new
                .time_zone
                .as_deref()
                .and_then(|text| TimeZone::parse(text).ok())
                .unwrap_or_default(),
            preferences: Preferences::default(),
            privacy: Privacy::default(),
            terms_version: new.terms_version.clone().unwrap_or_default(),
            terms_accepted_at: now,
            created_at: now,
            changed_at: now,
            version: 1,
            mail: None,
            conversations: 0,
            contacts: 0,
            blocks: 0,
        })
    }

    /// The account as its owner sees it.
    pub fn me(&self) -> Me {
        Me {
            id: self.user_id.clone(),
            handle: self.handle.clone(),
            display_name: self.display_name.clone(),
            about: self.about_text(),
            locale: self.locale.clone(),
            time_zone: self.time_zone.clone(),
            preferences: self.preferences.clone(),
            privacy: self.privacy,
            terms_version: self.terms_version.clone(),
            terms_accepted_at: self.terms_accepted_at,
            created_at: self.created_at,
            version: self.version,
        }
    }

    /// The person as somebody sees them who is that to them; without presence, see [`Profile::tells_presence`].
    pub fn seen_by(&self, viewer: Relation) -> User {
        let about = if self.privacy.about.admits(viewer) { self.about_text() } else { None };
        User { about, ..self.seen_by_anybody() }
    }

    /// The person as those see them whom they blocked or who blocked them, and as events show them to many:
    /// what a message needs beside it, and nothing that privacy rules.
    pub fn seen_by_anybody(&self) -> User {
        User {
            id: self.user_id.clone(),
            handle: self.handle.clone(),
            display_name: self.display_name.clone(),
            about: None,
            presence: None,
        }
    }

    /// The person as they see themself.
    pub fn seen_by_self(&self, presence: Option<Presence>) -> User {
        User { about: self.about_text(), presence, ..self.seen_by_anybody() }
    }

    /// Whether a viewer learns if the person is here: both must let the other know, because who hides it sees nobody's.
    pub fn tells_presence(&self, viewer_to_me: Relation, viewer: &Profile, me_to_viewer: Relation) -> bool {
        self.privacy.last_seen.admits(viewer_to_me) && viewer.privacy.last_seen.admits(me_to_viewer)
    }

    /// The account with changes of the profile.
    #[must_use]
    pub fn with_profile(&self, change: ProfileChange) -> Profile {
        let mut after = self.clone();
        after.display_name = change.display_name.unwrap_or(after.display_name);
        after.about = change.about.map_or(after.about, Some).filter(|about| !about.as_str().is_empty());
        after.locale = change.locale.unwrap_or(after.locale);
        after.time_zone = change.time_zone.unwrap_or(after.time_zone);
        after
    }

    /// The account with changes of preferences and privacy.
    #[must_use]
    pub fn with_preferences(&self, change: &PreferencesChange) -> Profile {
        Profile {
            preferences: self.preferences.changed(change),
            privacy: self.privacy.changed(&change.privacy.unwrap_or_default()),
            ..self.clone()
        }
    }

    /// Whether the person accepted terms: those whom a provider or an administrator brought do so after they came.
    pub fn has_accepted_terms(&self) -> bool {
        !self.terms_version.is_empty()
    }

    /// The account after a version of the terms was accepted; the same version again changes nothing.
    #[must_use]
    pub fn with_terms(&self, version: &str, now: Timestamp) -> Profile {
        if self.terms_version == version {
            return self.clone();
        }
        Profile { terms_version: version.to_owned(), terms_accepted_at: now, ..self.clone() }
    }

    /// The account with a handle.
    #[must_use]
    pub fn with_handle(&self, handle: Handle) -> Profile {
        Profile { handle: Some(handle), ..self.clone() }
    }

    /// The next version of the account, if `after` differs in what the person set.
    pub fn next(&self, after: Profile, now: Timestamp) -> Option<Profile> {
        (*self != after).then(|| Profile { version: self.version + 1, changed_at: now, ..after })
    }

    fn about_text(&self) -> Option<String> {
        self.about.as_ref().map(|about| about.as_str().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Audience;

    fn now() -> Timestamp {
        Timestamp::from_second(1_000).unwrap()
    }

    fn attributes(pairs: &[(&str, &str)]) -> HashMap<String, String> {
        let sub = [("sub", "00000000-0000-4000-8000-00000000000a")];
        sub.iter().chain(pairs).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn new(pairs: &[(&str, &str)]) -> Profile {
        Profile::new(&NewProfile::from_attributes(&attributes(pairs)).unwrap(), now()).unwrap()
    }

    fn profile(about: Audience, last_seen: Audience) -> Profile {
        let change = ProfileChange { about: Some(About::parse("busy").unwrap()), ..ProfileChange::default() };
        let mut profile = new(&[]).with_profile(change);
        profile.privacy.about = about;
        profile.privacy.last_seen = last_seen;
        profile
    }

    #[test]
    fn a_new_account_takes_what_is_legal_of_what_was_given() {
        let mail = ("email", "Alice.B@example.org");
        let profile =
            new(&[mail, ("locale", "vi-vn"), ("zoneinfo", "nowhere"), ("custom:termsVersion", "1")]);
        assert_eq!(profile.display_name.as_str(), "alice.b");
        assert_eq!(profile.locale.as_str(), "vi-VN");
        assert_eq!(profile.time_zone, TimeZone::default());
        assert_eq!(profile.terms_version, "1");
        assert_eq!(new(&[mail, ("name", " Alice ")]).display_name.as_str(), "Alice");
        assert_eq!(new(&[mail, ("name", "a\u{202E}b")]).display_name.as_str(), "alice.b");
        assert_eq!(new(&[]).display_name.as_str(), UNNAMED);
    }

    #[test]
    fn only_a_proven_address_leads_to_a_person() {
        let mail = ("email", "alice@example.org");
        let proven =
            |pairs: &[_]| NewProfile::from_attributes(&attributes(pairs)).unwrap().proven_mail().is_some();
        assert!(proven(&[mail, ("email_verified", "true")]));
        assert!(!proven(&[mail, ("email_verified", "false")]));
        assert!(!proven(&[mail]));
        assert!(NewProfile::from_attributes(&HashMap::new()).is_err());
    }

    #[test]
    fn about_is_for_its_audience() {
        use Audience::{Contacts, Everyone, Nobody};
        let seen = |about, relation| profile(about, Everyone).seen_by(relation).about.is_some();
        assert!(seen(Everyone, Relation::Stranger));
        assert!(seen(Contacts, Relation::Contact) && !seen(Contacts, Relation::Stranger));
        assert!(!seen(Nobody, Relation::Contact));
        assert_eq!(profile(Everyone, Everyone).seen_by_anybody().about, None);
        assert_eq!(profile(Nobody, Everyone).me().about.as_deref(), Some("busy"));
    }

    #[test]
    fn who_hides_when_they_are_here_sees_nobody_elses() {
        use Audience::{Contacts, Everyone, Nobody};
        use Relation::{Contact, Stranger};
        let tells = |theirs, viewers, viewer_to_them, them_to_viewer| {
            profile(Everyone, theirs).tells_presence(
                viewer_to_them,
                &profile(Everyone, viewers),
                them_to_viewer,
            )
        };
        assert!(tells(Everyone, Everyone, Stranger, Stranger));
        assert!(!tells(Everyone, Nobody, Contact, Contact));
        assert!(!tells(Nobody, Everyone, Contact, Contact));
        assert!(tells(Contacts, Everyone, Contact, Stranger));
        assert!(!tells(Contacts, Everyone, Stranger, Contact));
        assert!(tells(Everyone, Contacts, Stranger, Contact));
        assert!(!tells(Everyone, Contacts, Contact, Stranger));
    }

    #[test]
    fn an_empty_about_is_none_and_no_change_is_no_version() {
        let before = profile(Audience::Everyone, Audience::Everyone);
        let empty = ProfileChange { about: Some(About::parse("").unwrap()), ..ProfileChange::default() };
        let after = before.next(before.with_profile(empty), now()).unwrap();
        assert_eq!((after.about, after.version), (None, before.version + 1));
        assert_eq!(before.next(before.with_profile(ProfileChange::default()), now()), None);
    }

    #[test]
    fn terms_are_accepted_later_by_who_was_brought() {
        let before = new(&[]);
        assert!(!before.has_accepted_terms());
        let later = Timestamp::from_second(2_000).unwrap();
        let after = before.next(before.with_terms("1", later), later).unwrap();
        assert!(after.has_accepted_terms());
        assert_eq!((after.terms_accepted_at, after.version), (later, before.version + 1));
        let again = Timestamp::from_second(3_000).unwrap();
        assert_eq!(after.next(after.with_terms("1", again), again), None);
    }

    #[test]
    fn a_change_is_checked_while_it_is_read() {
        let read = |json: &str| serde_json::from_str::<ProfileChange>(json);
        assert_eq!(read("{}").unwrap(), ProfileChange::default());
        assert!(read(r#"{"timeZone":"Europe/Berlin","locale":null}"#).unwrap().time_zone.is_some());
        for bad in
            [r#"{"timeZone":"Mars"}"#, r#"{"displayName":""}"#, r#"{"handle":"x"}"#, r#"{"locale":"??"}"#]
        {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}

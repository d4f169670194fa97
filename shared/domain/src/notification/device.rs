//! What a person is reached on.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::account::Locale;
use crate::id::ClientId;
use crate::text::name;

/// Who carries a push message to a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Platform {
    /// Apple, for apps from its store.
    Apns,
    /// Apple, for apps under development.
    ApnsSandbox,
    /// Firebase, for Android.
    Fcm,
    /// Firebase, for browsers.
    Web,
}

impl Platform {
    /// The name as it goes over the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Platform::Apns => "APNS",
            Platform::ApnsSandbox => "APNS_SANDBOX",
            Platform::Fcm => "FCM",
            Platform::Web => "WEB",
        }
    }
}

/// What a platform calls an installation of the app: 16 to 4,096 letters, digits and `-_:.=/+`.
///
/// Whoever holds it can be written to, so it is shown to nobody and kept by the push service alone.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PushToken(String);

impl PushToken {
    const LENGTHS: std::ops::RangeInclusive<usize> = 16..=4_096;

    /// Reads a token; anything of another form is a `BadRequest`, which does not repeat it.
    pub fn parse(text: String) -> Result<Self, Error> {
        let is_known = |byte: u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.' | b'=' | b'/' | b'+')
        };
        if PushToken::LENGTHS.contains(&text.len()) && text.bytes().all(is_known) {
            Ok(PushToken(text))
        } else {
            Err(Error::bad_request("token must be what the platform gave the app, 16 to 4,096 characters"))
        }
    }

    /// The token, for the push service.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PushToken {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        PushToken::parse(text)
    }
}

/// Tokens reach no log.
impl std::fmt::Debug for PushToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PushToken(…)")
    }
}

/// What a person calls a device, or the version of an app: 1 to 64 characters on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DeviceName(String);

impl DeviceName {
    /// The most bytes: all devices of a person share one row.
    const MAX_BYTES: usize = 192;

    /// Reads and normalises; otherwise a `BadRequest`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = name(text, "name", 1, 64)?;
        if text.len() > DeviceName::MAX_BYTES {
            return Err(Error::bad_request("name is too long: at most 192 bytes"));
        }
        Ok(DeviceName(text))
    }
}

impl TryFrom<String> for DeviceName {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        DeviceName::parse(&text)
    }
}

impl From<DeviceName> for String {
    fn from(name: DeviceName) -> String {
        name.0
    }
}

/// A device as its owner sees it; without its token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// The id that the installation made.
    pub id: ClientId,
    /// Who carries messages to it.
    pub platform: Platform,
    /// What it is called.
    pub name: Option<DeviceName>,
    /// The language of its messages; none for the person's own.
    pub locale: Option<Locale>,
    /// The version of the app.
    pub app_version: Option<DeviceName>,
    /// Since when it is registered.
    pub registered_at: Timestamp,
    /// When it was last registered with something new.
    pub changed_at: Timestamp,
}

/// A device that wants to be reached.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Registration {
    /// The id that the installation made, the same each time.
    pub id: ClientId,
    /// Who carries messages to it.
    pub platform: Platform,
    /// What the platform calls it now.
    pub token: PushToken,
    /// What it is called.
    #[serde(default)]
    pub name: Option<DeviceName>,
    /// The language of its messages.
    #[serde(default)]
    pub locale: Option<Locale>,
    /// The version of the app.
    #[serde(default)]
    pub app_version: Option<DeviceName>,
}

impl Registration {
    /// The device after the registration; the one before, if nothing about it is new.
    pub fn device(&self, before: Option<&Device>, now: Timestamp) -> Device {
        let after = Device {
            id: self.id.clone(),
            platform: self.platform,
            name: self.name.clone(),
            locale: self.locale.clone(),
            app_version: self.app_version.clone(),
            registered_at: before.map_or(now, |before| before.registered_at),
            changed_at: before.map_or(now, |before| before.changed_at),
        };
        if before == Some(&after) { after } else { Device { changed_at: now, ..after } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registration(more: &str) -> Result<Registration, serde_json::Error> {
        let id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
        serde_json::from_str(&format!(
            r#"{{"id":"{id}","platform":"FCM","token":"{}"{more}}}"#,
            "a".repeat(64)
        ))
    }

    #[test]
    fn a_token_is_what_platforms_give_and_is_never_printed() {
        let read = |text: &str| PushToken::parse(text.to_owned());
        let token = read("dQw4w9WgXcQ:APA91b-_").unwrap();
        assert!(!format!("{token:?}").contains("APA91b"));
        for bad in ["", "short", "with a space in it all", "<script>alert(1)</script>", &"a".repeat(4_097)] {
            let error = read(bad).unwrap_err();
            assert!(bad.is_empty() || !error.message().contains(bad), "{bad}");
        }
    }

    #[test]
    fn a_name_cannot_fill_the_row() {
        assert!(DeviceName::parse("Bob’s phone").is_ok());
        assert!(DeviceName::parse(&"👨‍👩‍👧‍👦".repeat(20)).is_err());
        assert!(DeviceName::parse("").is_err());
    }

    #[test]
    fn the_same_registration_changes_nothing() {
        let (first, later) = (Timestamp::UNIX_EPOCH, Timestamp::from_second(9).unwrap());
        let device = registration("").unwrap().device(None, first);
        assert_eq!(registration("").unwrap().device(Some(&device), later), device);
        let named = registration(r#","name":"phone""#).unwrap().device(Some(&device), later);
        assert_eq!((named.registered_at, named.changed_at), (first, later));
        assert!(registration(r#","userId":"somebody""#).is_err());
    }
}

//! How the apps of a person behave.

use std::fmt;

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use super::PrivacyChange;
use crate::Error;

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Theme {
    /// As the device.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// When media are downloaded by themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MediaAutoDownload {
    /// Always.
    Always,
    /// On Wi-Fi only.
    #[default]
    Wifi,
    /// Never.
    Never,
}

/// What a notification is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NotificationLevel {
    /// Every message.
    #[default]
    All,
    /// Mentions and direct messages.
    Mentions,
    /// Nothing.
    None,
}

/// How long messages last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DisappearingTimer {
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// 90 days.
    Quarter,
}

/// A time of day, `hh:mm`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay {
    minutes: u16,
}

impl TimeOfDay {
    /// Reads `hh:mm`, 00:00 to 23:59; anything else is a `BadRequest`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let malformed = || Error::bad_request("a time of day is written hh:mm, from 00:00 to 23:59");
        let digits = text.bytes().enumerate().all(|(at, byte)| at == 2 || byte.is_ascii_digit());
        let (hour, minute) = text.split_once(':').ok_or_else(malformed)?;
        if text.len() != 5 || !digits {
            return Err(malformed());
        }
        match (hour.parse(), minute.parse()) {
            (Ok(hour @ 0..=23_u16), Ok(minute @ 0..=59_u16)) => Ok(TimeOfDay { minutes: hour * 60 + minute }),
            _ => Err(malformed()),
        }
    }

    /// The time of day, to the minute.
    pub fn of(time: Time) -> Self {
        let (hour, minute) = (time.hour().unsigned_abs(), time.minute().unsigned_abs());
        TimeOfDay { minutes: u16::from(hour) * 60 + u16::from(minute) }
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        TimeOfDay::parse(&text)
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> String {
        time.to_string()
    }
}

/// A span of each day in the person's time zone, from its start until just before its end; it may pass midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QuietHours {
    /// The start.
    pub start: TimeOfDay,
    /// The end. The same as the start means the whole day.
    pub end: TimeOfDay,
}

impl QuietHours {
    /// Whether a time of day lies in the span.
    pub fn contain(&self, time: TimeOfDay) -> bool {
        if self.start < self.end {
            self.start <= time && time < self.end
        } else {
            self.start <= time || time < self.end
        }
    }
}

/// How the apps of a person behave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Preferences {
    /// Light or dark.
    #[serde(default)]
    pub theme: Theme,
    /// Whether the enter key sends.
    pub enter_to_send: bool,
    /// When media are downloaded by themselves.
    #[serde(default)]
    pub media_auto_download: MediaAutoDownload,
    /// What a notification is for.
    #[serde(default)]
    pub notification_level: NotificationLevel,
    /// Whether notifications tell what was written.
    #[serde(default = "shown")]
    pub message_preview: bool,
    /// From when to when nothing rings; none for never.
    #[serde(default)]
    pub quiet_hours: Option<QuietHours>,
    /// How long messages of new conversations last; none for ever.
    #[serde(default)]
    pub default_disappearing: Option<DisappearingTimer>,
}

/// What holds for those who were here before they could choose.
fn shown() -> bool {
    true
}

impl Default for Preferences {
    fn default() -> Self {
        Preferences {
            theme: Theme::default(),
            enter_to_send: true,
            media_auto_download: MediaAutoDownload::default(),
            notification_level: NotificationLevel::default(),
            message_preview: shown(),
            quiet_hours: None,
            default_disappearing: None,
        }
    }
}

/// A change of something that may also be nothing: absent stays, null takes away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// As it was.
    #[default]
    Stay,
    /// From now on this, or nothing.
    Become(Option<T>),
}

impl<T: Clone> Change<T> {
    /// Makes the change.
    pub fn apply(&self, value: &mut Option<T>) {
        if let Change::Become(new) = self {
            value.clone_from(new);
        }
    }
}

/// An absent field never gets here: it takes the default, which is `Stay`.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Change::Become)
    }
}

/// Changes of preferences and privacy; what is absent stays. Null stays too, but for what may be nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PreferencesChange {
    /// Light or dark.
    pub theme: Option<Theme>,
    /// Whether the enter key sends.
    pub enter_to_send: Option<bool>,
    /// When media are downloaded by themselves.
    pub media_auto_download: Option<MediaAutoDownload>,
    /// What a notification is for.
    pub notification_level: Option<NotificationLevel>,
    /// Whether notifications tell what was written.
    pub message_preview: Option<bool>,
    /// From when to when nothing rings.
    pub quiet_hours: Change<QuietHours>,
    /// How long messages of new conversations last.
    pub default_disappearing: Change<DisappearingTimer>,
    /// Who sees what.
    pub privacy: Option<PrivacyChange>,
}

impl Preferences {
    /// The preferences after a change.
    #[must_use]
    pub fn changed(&self, change: &PreferencesChange) -> Preferences {
        let mut after = Preferences {
            theme: change.theme.unwrap_or(self.theme),
            enter_to_send: change.enter_to_send.unwrap_or(self.enter_to_send),
            media_auto_download: change.media_auto_download.unwrap_or(self.media_auto_download),
            notification_level: change.notification_level.unwrap_or(self.notification_level),
            message_preview: change.message_preview.unwrap_or(self.message_preview),
            ..self.clone()
        };
        change.quiet_hours.apply(&mut after.quiet_hours);
        change.default_disappearing.apply(&mut after.default_disappearing);
        after
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> TimeOfDay {
        TimeOfDay::parse(text).unwrap()
    }

    #[test]
    fn times_have_two_digits_each() {
        assert_eq!(time("07:05").to_string(), "07:05");
        for bad in
            ["", "7:05", "24:00", "12:60", "12-30", "+1:00", "12:3", "012:3", "1:230", "ab:cd", "12:30:00"]
        {
            assert!(TimeOfDay::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn quiet_hours_may_pass_midnight() {
        let night = QuietHours { start: time("22:00"), end: time("07:00") };
        assert!(night.contain(time("22:00")) && night.contain(time("00:00")) && night.contain(time("06:59")));
        assert!(!night.contain(time("07:00")) && !night.contain(time("21:59")));
        let noon = QuietHours { start: time("12:00"), end: time("13:00") };
        assert!(noon.contain(time("12:30")) && !noon.contain(time("13:00")) && !noon.contain(time("03:00")));
        let always = QuietHours { start: time("00:00"), end: time("00:00") };
        assert!(always.contain(time("00:00")) && always.contain(time("12:00")));
    }

    #[test]
    fn who_never_chose_sees_previews() {
        let kept: Preferences = serde_json::from_str(r#"{"enterToSend":true}"#).unwrap();
        assert_eq!(kept, Preferences::default());
        assert!(kept.message_preview);
    }

    #[test]
    fn what_is_absent_stays_and_null_takes_away() {
        let before = Preferences {
            quiet_hours: Some(QuietHours { start: time("22:00"), end: time("07:00") }),
            default_disappearing: Some(DisappearingTimer::Week),
            ..Preferences::default()
        };
        let change = |json: &str| before.changed(&serde_json::from_str(json).unwrap());
        assert_eq!(change("{}"), before);
        assert_eq!(change(r#"{"quietHours":null}"#), Preferences { quiet_hours: None, ..before.clone() });
        assert_eq!(change(r#"{"theme":"DARK"}"#), Preferences { theme: Theme::Dark, ..before.clone() });
        let day = change(r#"{"defaultDisappearing":"DAY"}"#);
        assert_eq!(day.default_disappearing, Some(DisappearingTimer::Day));
    }
}

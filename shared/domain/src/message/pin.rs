//! Pins: up to three messages of a conversation, for everyone.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::Message;
use crate::Error;

/// How long a pin lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PinDuration {
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// 30 days.
    Month,
}

impl PinDuration {
    const fn length(self) -> SignedDuration {
        let days = match self {
            PinDuration::Day => 1,
            PinDuration::Week => 7,
            PinDuration::Month => 30,
        };
        SignedDuration::from_secs(days * 24 * 60 * 60)
    }
}

impl Message {
    /// The message after it was pinned; none if it is pinned for as long already.
    ///
    /// A notice or a deleted message is `Forbidden`.
    pub fn pinned(&self, duration: Option<PinDuration>, now: Timestamp) -> Result<Option<Message>, Error> {
        if !self.is_live() {
            return Err(Error::forbidden("this message cannot be pinned"));
        }
        let length = duration.map(PinDuration::length);
        if let Some(since) = self.pinned_at.filter(|_| self.is_pinned(now))
            && self.pinned_until.map(|until| until.duration_since(since)) == length
        {
            return Ok(None);
        }
        Ok(Some(Message {
            pinned_at: Some(now),
            pinned_until: length.map(|length| now + length),
            ..self.clone()
        }))
    }

    /// The message after it was unpinned; none if it was not pinned.
    pub fn unpinned(&self) -> Option<Message> {
        self.pinned_at?;
        Some(Message { pinned_at: None, pinned_until: None, ..self.clone() })
    }

    /// Whether it is pinned at a moment.
    pub fn is_pinned(&self, now: Timestamp) -> bool {
        self.pinned_at.is_some() && self.pinned_until.is_none_or(|until| until > now)
    }

    /// The message as it is at a moment: a pin that has ended is none.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Message {
        if self.is_pinned(now) { self } else { Message { pinned_at: None, pinned_until: None, ..self } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::change::tests::message;

    fn hours(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    #[test]
    fn a_pin_ends_by_itself() {
        let pinned = message().pinned(Some(PinDuration::Day), hours(0)).unwrap().unwrap();
        assert!(pinned.is_pinned(hours(23)));
        assert!(!pinned.is_pinned(hours(24)));
        assert_eq!(pinned.clone().at(hours(23)), pinned);
        assert_eq!(pinned.at(hours(24)), message());
    }

    #[test]
    fn the_same_pin_again_is_the_first_and_another_length_replaces_it() {
        let pinned = message().pinned(Some(PinDuration::Day), hours(0)).unwrap().unwrap();
        assert_eq!(pinned.pinned(Some(PinDuration::Day), hours(5)).unwrap(), None);
        let week = pinned.pinned(Some(PinDuration::Week), hours(5)).unwrap().unwrap();
        assert_eq!(week.pinned_until, Some(hours(5 + 7 * 24)));
        let ended = pinned.pinned(Some(PinDuration::Day), hours(30)).unwrap().unwrap();
        assert_eq!(ended.pinned_until, Some(hours(54)));
        let forever = pinned.pinned(None, hours(5)).unwrap().unwrap();
        assert!(forever.is_pinned(hours(1_000_000)));
        assert_eq!(forever.pinned(None, hours(6)).unwrap(), None);
    }

    #[test]
    fn what_is_not_pinned_cannot_be_unpinned() {
        assert_eq!(message().unpinned(), None);
        for duration in [None, Some(PinDuration::Day)] {
            let pinned = message().pinned(duration, hours(0)).unwrap().unwrap();
            assert_eq!(pinned.unpinned(), Some(message()));
        }
    }
}

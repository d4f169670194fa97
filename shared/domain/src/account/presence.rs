//! Whether a person is here.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Presence;
use crate::id::UserId;

/// What a person last said of being here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attendance {
    /// Who.
    pub user_id: UserId,
    /// What they said: here, or away.
    pub online: bool,
    /// When they said it.
    pub at: Timestamp,
}

impl Attendance {
    /// How long saying 'here' holds. Apps repeat it twice as often, so that one lost heartbeat does not show.
    pub const HOLDS: SignedDuration = SignedDuration::from_secs(60);

    /// What that means at a moment.
    pub fn presence(&self, now: Timestamp) -> Presence {
        Presence {
            user_id: self.user_id.clone(),
            online: self.online && now.duration_since(self.at) < Attendance::HOLDS,
            last_seen_at: Some(self.at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn presence(online: bool, seconds: i64) -> Presence {
        let user_id = UserId::parse("00000000-0000-4000-8000-00000000000a").unwrap();
        let at = Timestamp::from_second(1_000).unwrap();
        Attendance { user_id, online, at }.presence(at + SignedDuration::from_secs(seconds))
    }

    #[test]
    fn a_heartbeat_holds_for_a_minute() {
        assert!(presence(true, 0).online);
        assert!(presence(true, 59).online);
        assert!(!presence(true, 60).online);
        assert!(!presence(false, 0).online);
    }

    #[test]
    fn a_clock_that_is_behind_does_no_harm() {
        assert!(presence(true, -300).online);
    }
}

//! Sign-ins under way.
//!
//! They live in memory: a restart ends them, and the person signs in anew, as after their three minutes.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use crate::response::Failure;
use crate::srp::{Exchange, Subject};
use crate::totp::SoftwareToken;

/// How many sign-ins may be under way; the oldest gives way.
const MOST: usize = 10_000;

/// A sign-in that waits for an answer.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) client_id: String,
    pub(crate) challenge: Challenge,
    /// In seconds since the epoch.
    pub(crate) expires_at: i64,
}

/// What the client must answer.
#[derive(Debug, Clone)]
pub(crate) enum Challenge {
    /// `PASSWORD_VERIFIER`, for a person or for nobody.
    Password { subject: Subject, known: bool, exchange: Box<Exchange> },
    /// `NEW_PASSWORD_REQUIRED`.
    NewPassword { sub: String },
    /// `SOFTWARE_TOKEN_MFA`.
    SoftwareToken { sub: String },
    /// `MFA_SETUP`, with the secret once it was asked for.
    SetUp { sub: String, token: Option<SoftwareToken>, verified: bool },
}

/// All of them, by session or secret block.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    by_key: BTreeMap<String, Session>,
    /// Keys and ends in the order of arrival; some may be over already.
    order: VecDeque<(String, i64)>,
}

impl Sessions {
    /// Keeps a session, and forgets those that are over.
    pub(crate) fn put(&self, key: String, session: Session, now: i64) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.order.push_back((key.clone(), session.expires_at));
        inner.by_key.insert(key, session);
        while inner.by_key.len() > MOST || inner.order.front().is_some_and(|(_, end)| *end <= now) {
            let Some((oldest, _)) = inner.order.pop_front() else { return };
            inner.by_key.remove(&oldest);
        }
    }

    /// A session of this client, which stays open for another try.
    pub(crate) fn get(&self, key: &str, client_id: &str, now: i64) -> Result<Session, Failure> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let session = inner.by_key.get(key).filter(|session| session.client_id == client_id);
        let session = session.ok_or_else(Failure::invalid_session)?;
        if now >= session.expires_at {
            return Err(Failure::not_authorized("Invalid session for the user, session is expired."));
        }
        Ok(session.clone())
    }

    /// A session whatever its client, for the calls that do not name one.
    pub(crate) fn of_any_client(&self, key: &str, now: i64) -> Result<Session, Failure> {
        let client_id = {
            let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
            inner.by_key.get(key).map(|session| session.client_id.clone())
        };
        self.get(key, &client_id.unwrap_or_default(), now)
    }

    /// Ends a session. False if somebody else ended it first.
    pub(crate) fn end(&self, key: &str) -> bool {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.by_key.remove(key).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        let challenge = Challenge::NewPassword { sub: "s".to_owned() };
        Session { client_id: "c".to_owned(), challenge, expires_at: 180 }
    }

    #[test]
    fn a_session_belongs_to_its_client_and_ends() {
        let sessions = Sessions::default();
        sessions.put("k".to_owned(), session(), 0);
        assert!(sessions.get("k", "c", 179).is_ok());
        assert!(sessions.get("k", "other", 0).is_err());
        assert!(sessions.get("k", "c", 180).is_err());
        assert!(sessions.end("k"));
        assert!(!sessions.end("k"));
        assert!(sessions.get("k", "c", 0).is_err());
    }

    #[test]
    fn the_oldest_gives_way() {
        let sessions = Sessions::default();
        for number in 0..=MOST {
            sessions.put(number.to_string(), session(), 0);
        }
        assert!(sessions.get("0", "c", 0).is_err());
        assert!(sessions.get("1", "c", 0).is_ok());
    }

    #[test]
    fn what_is_over_takes_no_room() {
        let sessions = Sessions::default();
        for number in 0..100 {
            sessions.put(number.to_string(), session(), 0);
        }
        let later = Session { expires_at: 400, ..session() };
        sessions.put("later".to_owned(), later, 180);
        let inner = sessions.inner.lock().unwrap();
        assert_eq!((inner.by_key.len(), inner.order.len()), (1, 1));
    }
}

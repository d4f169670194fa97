//! The store of credentials.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use local_core::clock::Clock;
use local_core::principal::Principal;
use local_core::verify::SignatureError;

use super::seal;
use super::token::{self, Claims};

/// The access key of the developer at this machine.
pub const DEVELOPER_ACCESS_KEY: &str = "local";

/// The secret key of the developer at this machine. Known to everybody: the local cloud listens on loopback only.
pub const DEVELOPER_SECRET_KEY: &str = "local";

/// What a client signs with.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Names the credentials.
    pub access_key_id: String,
    /// Signs.
    pub secret_key: String,
    /// Goes with each request; none for permanent credentials.
    pub session_token: Option<String>,
    /// When they end; none for permanent credentials.
    pub expiration: Option<Timestamp>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Credentials({})", self.access_key_id)
    }
}

/// Makes credentials and knows whom they stand for.
#[derive(Debug)]
pub struct CredentialStore {
    clock: Clock,
    key: [u8; 32],
    permanent: RwLock<HashMap<String, Permanent>>,
    issued: AtomicU64,
}

#[derive(Debug, Clone)]
struct Permanent {
    secret_key: String,
    principal: Principal,
}

/// Whom a request says it comes from, before its signature proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claimed {
    pub(crate) principal: Principal,
    pub(crate) secret_key: String,
}

impl CredentialStore {
    /// A store that knows the developer. Stores of the same master secret accept each other's credentials, so a
    /// master secret that is kept makes credentials outlive a restart.
    pub fn new(clock: Clock, master: &[u8]) -> Self {
        let store = CredentialStore {
            clock,
            key: seal::hmac_sha256(master, b"credentials"),
            permanent: RwLock::default(),
            issued: AtomicU64::new(0),
        };
        store.insert(DEVELOPER_ACCESS_KEY, DEVELOPER_SECRET_KEY.to_owned(), Principal::Developer);
        store
    }

    /// Temporary credentials.
    pub fn issue(&self, principal: Principal, lifetime: Duration) -> Credentials {
        let now = self.clock.now();
        let lifetime = SignedDuration::try_from(lifetime).unwrap_or(SignedDuration::MAX);
        let expiration = now.saturating_add(lifetime).unwrap_or(Timestamp::MAX);
        // A key only has to be new; what protects it is its secret.
        let count = self.issued.fetch_add(1, Ordering::Relaxed);
        let seed = format!("{count} {} {principal:?}", now.as_nanosecond());
        let access_key_id = self.access_key("ASIA", &seed);
        let claims = Claims { key: access_key_id.clone(), principal, expires: expiration.as_second() };
        Credentials {
            secret_key: self.secret_of(&access_key_id),
            session_token: Some(token::seal_claims(&self.key, &claims)),
            expiration: Some(expiration),
            access_key_id,
        }
    }

    /// The permanent key pair of a function, the same at each call.
    pub fn function(&self, name: &str) -> Credentials {
        let access_key_id = self.access_key("AKIA", name);
        let secret_key = self.secret_of(&access_key_id);
        self.insert(&access_key_id, secret_key.clone(), Principal::Function { name: name.to_owned() });
        Credentials { access_key_id, secret_key, session_token: None, expiration: None }
    }

    /// The developer's key pair.
    pub fn developer(&self) -> Credentials {
        Credentials {
            access_key_id: DEVELOPER_ACCESS_KEY.to_owned(),
            secret_key: DEVELOPER_SECRET_KEY.to_owned(),
            session_token: None,
            expiration: None,
        }
    }

    /// Whom an access key and a session token stand for, and with what they sign.
    pub(crate) fn claim(
        &self,
        access_key_id: &str,
        session_token: Option<&str>,
    ) -> Result<Claimed, SignatureError> {
        let Some(session_token) = session_token else {
            let permanent = self.permanent.read().unwrap_or_else(PoisonError::into_inner);
            let known = permanent.get(access_key_id).cloned().ok_or(SignatureError::UnknownKey)?;
            return Ok(Claimed { principal: known.principal, secret_key: known.secret_key });
        };
        let claims = token::open_claims(&self.key, session_token).ok_or(SignatureError::UnknownKey)?;
        if claims.key != access_key_id {
            return Err(SignatureError::UnknownKey);
        }
        if claims.expires <= self.clock.epoch_seconds() {
            return Err(SignatureError::Expired);
        }
        Ok(Claimed { principal: claims.principal, secret_key: self.secret_of(access_key_id) })
    }

    fn insert(&self, access_key_id: &str, secret_key: String, principal: Principal) {
        let mut permanent = self.permanent.write().unwrap_or_else(PoisonError::into_inner);
        permanent.insert(access_key_id.to_owned(), Permanent { secret_key, principal });
    }

    /// Twenty characters, as AWS's keys have.
    fn access_key(&self, prefix: &str, seed: &str) -> String {
        const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let code = seal::hmac_sha256(&self.key, format!("{prefix} {seed}").as_bytes());
        let tail = code.iter().take(16).map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
        prefix.chars().chain(tail).collect()
    }

    /// Forty characters, as AWS's secrets have.
    fn secret_of(&self, access_key_id: &str) -> String {
        let code = seal::hmac_sha256(&self.key, format!("secret {access_key_id}").as_bytes());
        STANDARD.encode(&code[..30])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guest() -> Principal {
        Principal::Identity {
            pool_id: "us-east-1:pool".to_owned(),
            identity_id: "us-east-1:me".to_owned(),
            user_sub: None,
            provider: None,
        }
    }

    fn store() -> (CredentialStore, Clock) {
        let clock = Clock::default();
        (CredentialStore::new(clock.clone(), b"master"), clock)
    }

    #[test]
    fn issued_credentials_stand_for_their_principal_until_they_end() {
        let (store, clock) = store();
        let credentials = store.issue(guest(), Duration::from_secs(3_600));
        let claim = || store.claim(&credentials.access_key_id, credentials.session_token.as_deref());
        let claimed = claim().unwrap();
        assert_eq!(claimed.principal, guest());
        assert_eq!(claimed.secret_key, credentials.secret_key);
        assert_eq!((credentials.access_key_id.len(), credentials.secret_key.len()), (20, 40));
        clock.advance(SignedDuration::from_secs(3_601));
        assert_eq!(claim(), Err(SignatureError::Expired));
    }

    #[test]
    fn credentials_outlive_a_restart_with_the_same_master_secret() {
        let (store, clock) = store();
        let credentials = store.issue(guest(), Duration::from_secs(60));
        let claim = |store: &CredentialStore| {
            store.claim(&credentials.access_key_id, credentials.session_token.as_deref())
        };
        assert!(claim(&CredentialStore::new(clock.clone(), b"master")).is_ok());
        assert_eq!(claim(&CredentialStore::new(clock, b"other")), Err(SignatureError::UnknownKey));
    }

    #[test]
    fn tokens_cannot_be_changed_or_used_with_another_key() {
        let (store, _) = store();
        let mine = store.issue(guest(), Duration::from_secs(60));
        let other = store.issue(guest(), Duration::from_secs(60));
        assert_ne!(mine, other);
        let token = mine.session_token.unwrap();
        assert_eq!(store.claim(&other.access_key_id, Some(&token)), Err(SignatureError::UnknownKey));
        assert_eq!(store.claim(&mine.access_key_id, None), Err(SignatureError::UnknownKey));
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            if changed != token {
                assert!(store.claim(&mine.access_key_id, Some(&changed)).is_err(), "changed at {at}");
            }
        }
    }

    #[test]
    fn functions_and_the_developer_have_permanent_keys() {
        let (store, clock) = store();
        let credentials = store.function("send-message");
        assert_eq!(credentials, store.function("send-message"));
        assert_ne!(credentials, store.function("get-me"));
        clock.advance(SignedDuration::from_hours(24 * 365));
        let claimed = store.claim(&credentials.access_key_id, None).unwrap();
        assert_eq!(claimed.principal, Principal::Function { name: "send-message".to_owned() });
        assert_eq!(store.claim("local", None).unwrap().principal, Principal::Developer);
        assert_eq!(store.claim("AKIAUNKNOWN", None), Err(SignatureError::UnknownKey));
    }
}

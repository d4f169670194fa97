//! Time-based one-time passwords: RFC 6238 with SHA-1, six digits, thirty seconds.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha1::Sha1;

use crate::random;
use crate::response::Failure;

const STEP_SECONDS: i64 = 30;

/// A person's software token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SoftwareToken {
    /// Base32, as authenticator apps read it.
    pub(crate) secret: String,
    /// The step of the last code that was taken, because a code serves once.
    last_step: Option<i64>,
}

/// What a code is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Right, and used up by this answer.
    Accepted,
    /// Right, but it served before.
    Replayed,
    /// Wrong, or of another time.
    Wrong,
}

impl SoftwareToken {
    /// A token under a fresh secret.
    pub(crate) fn generate() -> Result<Self, Failure> {
        Ok(SoftwareToken { secret: BASE32_NOPAD.encode(&random::bytes::<32>()?), last_step: None })
    }

    /// Checks a code at a time in seconds since the epoch; clocks may be one step apart.
    pub(crate) fn check(&mut self, code: &str, now: i64) -> Verdict {
        let current = now.div_euclid(STEP_SECONDS);
        let step = (current - 1..=current + 1).find(|step| self.code(*step).as_deref() == Some(code));
        match step {
            None => Verdict::Wrong,
            Some(step) if self.last_step.is_some_and(|last| step <= last) => Verdict::Replayed,
            Some(step) => {
                self.last_step = Some(step);
                Verdict::Accepted
            }
        }
    }

    fn code(&self, step: i64) -> Option<String> {
        let key = BASE32_NOPAD.decode(self.secret.as_bytes()).ok()?;
        let mut mac = Hmac::<Sha1>::new_from_slice(&key).ok()?;
        mac.update(&step.to_be_bytes());
        let digest: [u8; 20] = mac.finalize().into_bytes().into();
        let offset = usize::from(digest[19] & 0x0f);
        let word: [u8; 4] = digest.get(offset..offset + 4)?.try_into().ok()?;
        Some(format!("{:06}", (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000))
    }

    /// The code that an authenticator app shows.
    #[cfg(test)]
    pub(crate) fn shown(secret: &str, now: i64) -> String {
        let token = SoftwareToken { secret: secret.to_owned(), last_step: None };
        token.code(now.div_euclid(STEP_SECONDS)).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> SoftwareToken {
        SoftwareToken { secret: BASE32_NOPAD.encode(b"12345678901234567890"), last_step: None }
    }

    #[test]
    fn the_vectors_of_rfc_6238_hold() {
        for (now, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(token().check(code, now), Verdict::Accepted, "{now}");
        }
    }

    #[test]
    fn one_step_of_drift_is_forgiven_and_two_are_not() {
        assert_eq!(token().check("287082", 59 + 30), Verdict::Accepted);
        assert_eq!(token().check("287082", 59 - 30), Verdict::Accepted);
        assert_eq!(token().check("287082", 59 + 60), Verdict::Wrong);
        assert_eq!(token().check("", 59), Verdict::Wrong);
    }

    #[test]
    fn a_code_serves_once() {
        let mut token = token();
        assert_eq!(token.check("287082", 59), Verdict::Accepted);
        assert_eq!(token.check("287082", 59), Verdict::Replayed);
    }
}

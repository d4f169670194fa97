//! `nextToken`s and other positions that clients carry but must not read or change.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use domain::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::randomness::Randomness;

const NONCE: usize = 24;

/// Longer tokens than this are never ours: the cursor of a thousand conversations has about 50,000 characters.
const MAX_TOKEN: usize = 65_536;

/// Seals positions with XChaCha20-Poly1305 under the SHA-256 of `CURSOR_KEY`.
///
/// A token opens only for the purpose (the field) and the owner (the caller) that it was sealed for.
/// The nonce is random: 192 bits need no counter.
#[derive(Clone)]
pub struct Cursors {
    cipher: Option<XChaCha20Poly1305>,
    randomness: Randomness,
}

impl Cursors {
    pub(crate) fn new(key: Option<&str>, randomness: Randomness) -> Self {
        let cipher = key.map(|key| XChaCha20Poly1305::new(&Sha256::digest(key.as_bytes())));
        Cursors { cipher, randomness }
    }

    /// A URL-safe token that holds the position.
    ///
    /// Fails with `Internal` when the function has no `CURSOR_KEY`.
    pub fn seal<T: Serialize>(
        &self,
        purpose: &str,
        owner: impl std::fmt::Display,
        position: &T,
    ) -> Result<String, Error> {
        let plain = serde_json::to_vec(position)
            .map_err(|error| Error::internal(format!("a cursor of {purpose} cannot be written: {error}")))?;
        let nonce = self.randomness.bytes::<NONCE>();
        let aad = associated_data(purpose, &owner.to_string());
        let sealed = self
            .cipher()?
            .encrypt(&XNonce::from(nonce), Payload { msg: &plain, aad: &aad })
            .map_err(|_| Error::internal(format!("a cursor of {purpose} cannot be sealed")))?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// The position in a token; anything that this purpose and owner did not get from us is a `BadRequest`.
    pub fn open<T: DeserializeOwned>(
        &self,
        purpose: &str,
        owner: impl std::fmt::Display,
        token: &str,
    ) -> Result<T, Error> {
        let cipher = self.cipher()?;
        let aad = associated_data(purpose, &owner.to_string());
        open(cipher, &aad, token)
            .and_then(|plain| serde_json::from_slice(&plain).ok())
            .ok_or_else(|| Error::bad_request("nextToken is not valid here"))
    }

    fn cipher(&self) -> Result<&XChaCha20Poly1305, Error> {
        self.cipher.as_ref().ok_or_else(|| Error::internal("CURSOR_KEY is not set"))
    }
}

fn open(cipher: &XChaCha20Poly1305, aad: &[u8], token: &str) -> Option<Vec<u8>> {
    if token.len() > MAX_TOKEN {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
    cipher.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad }).ok()
}

/// The purpose is preceded by its length, so that no other split gives the same bytes.
fn associated_data(purpose: &str, owner: &str) -> Vec<u8> {
    let length = (purpose.len() as u64).to_be_bytes();
    [length.as_slice(), purpose.as_bytes(), owner.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use domain::ErrorKind;

    use super::*;

    fn cursors(key: &str) -> Cursors {
        Cursors::new(Some(key), Randomness::seeded(1))
    }

    fn kind(result: Result<u64, Error>) -> ErrorKind {
        result.unwrap_err().kind()
    }

    #[test]
    fn what_was_sealed_opens() {
        let cursors = cursors("key");
        let token = cursors.seal("listContacts", "alice", &42_u64).unwrap();
        assert_eq!(cursors.open::<u64>("listContacts", "alice", &token).unwrap(), 42);
    }

    #[test]
    fn the_same_position_never_looks_the_same() {
        let cursors = cursors("key");
        let token = cursors.seal("listContacts", "alice", &42_u64).unwrap();
        assert_ne!(token, cursors.seal("listContacts", "alice", &42_u64).unwrap());
    }

    #[test]
    fn a_token_opens_for_its_field_its_caller_and_its_key_only() {
        let ours = cursors("key");
        let token = ours.seal("listContacts", "alice", &42_u64).unwrap();
        assert_eq!(kind(ours.open("listContacts", "bob", &token)), ErrorKind::BadRequest);
        assert_eq!(kind(ours.open("listBlocked", "alice", &token)), ErrorKind::BadRequest);
        assert_eq!(kind(ours.open("listContactsa", "lice", &token)), ErrorKind::BadRequest);
        assert_eq!(kind(cursors("other").open("listContacts", "alice", &token)), ErrorKind::BadRequest);
    }

    #[test]
    fn a_changed_or_foreign_token_is_a_bad_request() {
        let cursors = cursors("key");
        let token = cursors.seal("f", "a", &42_u64).unwrap();
        let mut bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        let long = "A".repeat(MAX_TOKEN + 1);
        for token in [URL_SAFE_NO_PAD.encode(&bytes).as_str(), "", "AAAA", "not base64!", &long] {
            assert_eq!(kind(cursors.open("f", "a", token)), ErrorKind::BadRequest, "{token}");
        }
    }

    #[test]
    fn without_a_key_it_is_our_mistake() {
        let cursors = Cursors::new(None, Randomness::seeded(1));
        assert_eq!(cursors.seal("f", "a", &1).unwrap_err().kind(), ErrorKind::Internal);
        assert_eq!(kind(cursors.open("f", "a", "AAAA")), ErrorKind::Internal);
    }
}

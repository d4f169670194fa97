//! HMAC-SHA-256, which both sealing and signing are made of.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// The block of SHA-256, to which keys are filled up.
const BLOCK: usize = 64;

/// The code of a message under a key of any length.
pub(crate) fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    prepared(key, message).finalize().into_bytes().into()
}

/// Whether a code belongs to a message, compared in constant time.
pub(crate) fn is_genuine(key: &[u8], message: &[u8], code: &[u8]) -> bool {
    prepared(key, message).verify_slice(code).is_ok()
}

fn prepared(key: &[u8], message: &[u8]) -> Hmac<Sha256> {
    let mut block = [0; BLOCK];
    match block.get_mut(..key.len()) {
        Some(start) => start.copy_from_slice(key),
        None => block[..32].copy_from_slice(&Sha256::digest(key)),
    }
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(message);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test cases 2 and 6.
    #[test]
    fn codes_are_those_of_the_standard() {
        let short = hmac_sha256(b"Jefe", b"what do ya want for nothing?");
        assert_eq!(hex::encode(short), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let long = hmac_sha256(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First");
        assert_eq!(hex::encode(long), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    #[test]
    fn a_changed_message_or_code_is_not_genuine() {
        let code = hmac_sha256(b"key", b"message");
        assert!(is_genuine(b"key", b"message", &code));
        assert!(!is_genuine(b"key", b"massage", &code));
        assert!(!is_genuine(b"kez", b"message", &code));
        assert!(!is_genuine(b"key", b"message", &code[..31]));
    }
}

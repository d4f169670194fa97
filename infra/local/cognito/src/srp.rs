//! The server's side of Cognito's Secure Remote Password: RFC 5054 with Cognito's padding and key derivation.
//!
//! All of it is slow on purpose (big exponents), so callers run it on blocking threads.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use num_bigint::BigUint;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::random;
use crate::response::Failure;

/// The 3,072-bit group 15 of RFC 3526.
const PRIME: &[u8] = b"\
    FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74\
    020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437\
    4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
    EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05\
    98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB\
    9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B\
    E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718\
    3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33\
    A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7\
    ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864\
    D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2\
    08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";

static GROUP: LazyLock<Group> = LazyLock::new(|| {
    let n = BigUint::parse_bytes(PRIME, 16).unwrap_or_default();
    let g = BigUint::from(2u8);
    let k = BigUint::from_bytes_be(&Sha256::new().chain_update(pad(&n)).chain_update(pad(&g)).finalize());
    Group { n, g, k }
});

struct Group {
    n: BigUint,
    g: BigUint,
    k: BigUint,
}

/// Big-endian bytes with a zero in front if the first bit is set, as if the number were signed.
fn pad(number: &BigUint) -> Vec<u8> {
    let mut bytes = number.to_bytes_be();
    if bytes.first().is_some_and(|first| *first >= 0x80) {
        bytes.insert(0, 0);
    }
    bytes
}

/// Whose password it is: both names enter the hash.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    /// The pool id after the underscore.
    pub(crate) pool: String,
    /// `USER_ID_FOR_SRP`.
    pub(crate) user: String,
}

/// What is kept instead of a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Verifier {
    /// Hexadecimal without leading zeros, because clients drop them.
    pub(crate) salt: String,
    v: String,
}

impl Verifier {
    /// A verifier under a fresh salt.
    pub(crate) fn of(subject: &Subject, password: &str) -> Result<Self, Failure> {
        Ok(Self::with_salt(subject, password, salt(random::bytes()?)))
    }

    /// A verifier that no password satisfies, the same each time for the same seed. Callers make one for people who
    /// exist as well, so that both take the same time.
    pub(crate) fn fake(seed: &[u8; 32]) -> Self {
        let (mut salt_bytes, secret) = ([0; 16], BigUint::from_bytes_be(&seed[16..]));
        salt_bytes.copy_from_slice(&seed[..16]);
        Verifier { salt: salt(salt_bytes), v: GROUP.g.modpow(&secret, &GROUP.n).to_str_radix(16) }
    }

    /// Whether this is the password.
    pub(crate) fn matches(&self, subject: &Subject, password: &str) -> bool {
        Self::with_salt(subject, password, self.salt.clone()).v == self.v
    }

    fn with_salt(subject: &Subject, password: &str, salt: String) -> Self {
        let inner = Sha256::digest(format!("{}{}:{password}", subject.pool, subject.user));
        let salted = BigUint::parse_bytes(salt.as_bytes(), 16).unwrap_or_default();
        let x = Sha256::new().chain_update(pad(&salted)).chain_update(inner).finalize();
        let v = GROUP.g.modpow(&BigUint::from_bytes_be(&x), &GROUP.n);
        Verifier { salt, v: v.to_str_radix(16) }
    }

    fn number(&self) -> BigUint {
        BigUint::parse_bytes(self.v.as_bytes(), 16).unwrap_or_default()
    }
}

fn salt(mut bytes: [u8; 16]) -> String {
    if bytes[0] < 0x10 {
        bytes[0] |= 0x10;
    }
    hex::encode(bytes)
}

/// `SRP_A`: a number that is not zero modulo the prime, or anybody could sign in.
#[derive(Debug, Clone)]
pub(crate) struct ClientValue(BigUint);

impl ClientValue {
    /// Reads hexadecimal.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let well_formed = text.len() <= 1_024 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = well_formed.then(|| BigUint::parse_bytes(text.as_bytes(), 16)).flatten()?;
        (&number % &GROUP.n != BigUint::ZERO).then_some(ClientValue(number))
    }
}

/// A sign-in between its two calls.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    client: ClientValue,
    verifier: Verifier,
    b: BigUint,
    public: BigUint,
}

/// What the client sends as proof that it knows the password.
#[derive(Debug, Clone)]
pub(crate) struct Proof {
    /// As handed out, before base64.
    pub(crate) secret_block: Vec<u8>,
    /// As the client wrote it.
    pub(crate) timestamp: String,
    /// Base64.
    pub(crate) signature: String,
}

impl Exchange {
    /// Answers `SRP_A`.
    pub(crate) fn start(client: ClientValue, verifier: Verifier) -> Result<Self, Failure> {
        let b = BigUint::from_bytes_be(&random::bytes::<32>()?);
        let public = (&GROUP.k * verifier.number() + GROUP.g.modpow(&b, &GROUP.n)) % &GROUP.n;
        Ok(Exchange { client, verifier, b, public })
    }

    /// `SALT`.
    pub(crate) fn salt(&self) -> &str {
        &self.verifier.salt
    }

    /// `SRP_B`.
    pub(crate) fn public(&self) -> String {
        self.public.to_str_radix(16)
    }

    /// What was known of the password when the exchange began.
    pub(crate) fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// Whether the client knows the password.
    pub(crate) fn accepts(&self, subject: &Subject, proof: &Proof) -> bool {
        let Ok(signature) = STANDARD.decode(&proof.signature) else { return false };
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(&self.key()) else { return false };
        mac.chain_update(&subject.pool)
            .chain_update(&subject.user)
            .chain_update(&proof.secret_block)
            .chain_update(&proof.timestamp)
            .verify_slice(&signature)
            .is_ok()
    }

    fn key(&self) -> [u8; 16] {
        let hash = Sha256::new().chain_update(pad(&self.client.0)).chain_update(pad(&self.public)).finalize();
        let u = BigUint::from_bytes_be(&hash);
        let blinded = &self.client.0 * self.verifier.number().modpow(&u, &GROUP.n);
        let shared = blinded.modpow(&self.b, &GROUP.n);
        let extracted = hmac(&pad(&u), &[&pad(&shared)]);
        let expanded = hmac(&extracted, &[b"Caldera Derived Key", &[1]]);
        let mut key = [0; 16];
        key.copy_from_slice(&expanded[..16]);
        key
    }
}

/// HMAC-SHA256 over the parts in a row.
pub(crate) fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of any length, so there is no other arm to take.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject() -> Subject {
        Subject { pool: "Local".to_owned(), user: "7f9c".to_owned() }
    }

    #[test]
    fn only_the_right_password_matches() {
        let verifier = Verifier::of(&subject(), "Secret-1").unwrap();
        assert!(verifier.matches(&subject(), "Secret-1"));
        assert!(!verifier.matches(&subject(), "Secret-2"));
        let other = Subject { user: "other".to_owned(), ..subject() };
        assert!(!verifier.matches(&other, "Secret-1"));
    }

    #[test]
    fn zero_modulo_the_prime_is_refused() {
        let prime = GROUP.n.to_str_radix(16);
        let twice = (&GROUP.n * 2u8).to_str_radix(16);
        for text in ["0", "00", "", "xyz", "-1", "+1", prime.as_str(), twice.as_str(), &"f".repeat(1_025)] {
            assert!(ClientValue::parse(text).is_none(), "{text}");
        }
        assert!(ClientValue::parse("2").is_some());
    }

    #[test]
    fn the_prime_is_the_one_of_rfc_3526() {
        assert_eq!(GROUP.n.bits(), 3_072);
        // 2^3072 - 2^3008 - 1 + 2^64 * (floor(2^2942 * pi) + 1690314): the low 64 bits are all ones.
        assert_eq!(&GROUP.n % (BigUint::from(1u8) << 64), BigUint::from(u64::MAX));
    }

    #[test]
    fn salts_have_no_leading_zero() {
        assert!(salt([0; 16]).starts_with("10"));
        assert_eq!(Verifier::fake(&[7; 32]).salt, Verifier::fake(&[7; 32]).salt);
    }
}

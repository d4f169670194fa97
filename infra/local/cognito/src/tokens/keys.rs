//! The pool's two RSA keys, made once: id tokens and access tokens are signed with different ones.

use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use rsa::RsaPrivateKey;
use rsa::pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey};
use rsa::traits::PublicKeyParts;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::response::Failure;
use crate::store::Store;

const BITS: usize = 2_048;
const ID_KEY: &str = "signing-key-id";
const ACCESS_KEY: &str = "signing-key-access";

/// `token_use`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    Id,
    Access,
}

impl Use {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Use::Id => "id",
            Use::Access => "access",
        }
    }
}

/// The keys once they are there. Making them takes a moment, which nobody waits for who does not need them.
#[derive(Default)]
pub(crate) struct Keyring {
    keys: OnceLock<Result<SigningKeys, Failure>>,
}

impl Keyring {
    /// The keys; loaded or made by whoever asks first.
    pub(crate) fn get(&self, store: &Store) -> Result<&SigningKeys, Failure> {
        self.keys.get_or_init(|| SigningKeys::load(store)).as_ref().map_err(Clone::clone)
    }
}

pub(crate) struct SigningKeys {
    id: SigningKey,
    access: SigningKey,
}

impl SigningKeys {
    /// Loads the keys, or makes them, which takes about a third of a second.
    pub(crate) fn load(store: &Store) -> Result<Self, Failure> {
        let (id, access) = std::thread::scope(|scope| {
            let access = scope.spawn(|| store.once(ACCESS_KEY, generate));
            (store.once(ID_KEY, generate), access.join())
        });
        let access = access.map_err(|_| Failure::internal("the key generator panicked"))?;
        Ok(SigningKeys { id: SigningKey::read(&id?)?, access: SigningKey::read(&access?)? })
    }

    /// Whether the keys were made before.
    pub(crate) fn exist(store: &Store) -> Result<bool, Failure> {
        Ok(store.knows(ID_KEY)? && store.knows(ACCESS_KEY)?)
    }

    pub(crate) fn get(&self, used: Use) -> &SigningKey {
        match used {
            Use::Id => &self.id,
            Use::Access => &self.access,
        }
    }

    /// The key with this name, and what it may sign.
    pub(crate) fn by_kid(&self, kid: &str) -> Option<(&SigningKey, Use)> {
        [Use::Id, Use::Access]
            .into_iter()
            .map(|used| (self.get(used), used))
            .find(|(key, _)| key.header.kid.as_deref() == Some(kid))
    }

    /// The JSON Web Key Set.
    pub(crate) fn jwks(&self) -> Value {
        json!({ "keys": [self.id.jwk, self.access.jwk] })
    }
}

pub(crate) struct SigningKey {
    header: Header,
    encoding: EncodingKey,
    decoding: DecodingKey,
    jwk: Value,
}

impl SigningKey {
    fn read(der: &[u8]) -> Result<Self, Failure> {
        let private = RsaPrivateKey::from_pkcs1_der(der).map_err(Failure::internal)?;
        let modulus = private.n().to_bytes_be();
        let kid = STANDARD.encode(Sha256::digest(&modulus));
        let n = URL_SAFE_NO_PAD.encode(&modulus);
        let e = URL_SAFE_NO_PAD.encode(private.e().to_bytes_be());
        let decoding = DecodingKey::from_rsa_components(&n, &e).map_err(Failure::internal)?;
        let mut header = Header::new(Algorithm::RS256);
        header.typ = None;
        header.kid = Some(kid.clone());
        let jwk = json!({ "alg": "RS256", "e": e, "kid": kid, "kty": "RSA", "n": n, "use": "sig" });
        Ok(SigningKey { header, encoding: EncodingKey::from_rsa_der(der), decoding, jwk })
    }

    pub(crate) fn sign(&self, claims: &Map<String, Value>) -> Result<String, Failure> {
        jsonwebtoken::encode(&self.header, claims, &self.encoding).map_err(Failure::internal)
    }

    pub(crate) fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }
}

fn generate() -> Result<Vec<u8>, Failure> {
    let private = RsaPrivateKey::new(&mut rand::rngs::OsRng, BITS).map_err(Failure::internal)?;
    Ok(private.to_pkcs1_der().map_err(Failure::internal)?.as_bytes().to_vec())
}

//! Signing keys: four rounds of HMAC, kept, because they are the same for a day.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use super::authorization::Authorization;
use crate::credentials::hmac_sha256;

/// How many keys are kept; then they are all forgotten, which costs one round each.
const KEPT: usize = 1_000;

/// Keys by access key id and scope. A key id never changes its secret.
#[derive(Debug, Default)]
pub(super) struct SigningKeys {
    keys: RwLock<HashMap<String, [u8; 32]>>,
}

impl SigningKeys {
    /// The key of an access key for a date, region and service.
    pub(super) fn of(&self, authorization: &Authorization<'_>, secret_key: &str) -> [u8; 32] {
        let name = format!("{}/{}", authorization.access_key_id, authorization.scope);
        if let Some(key) = self.keys.read().unwrap_or_else(PoisonError::into_inner).get(&name) {
            return *key;
        }
        let key = derive(secret_key, authorization);
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= KEPT {
            keys.clear();
        }
        keys.insert(name, key);
        key
    }
}

fn derive(secret_key: &str, authorization: &Authorization<'_>) -> [u8; 32] {
    let key = hmac_sha256(format!("AWS4{secret_key}").as_bytes(), authorization.date.as_bytes());
    let key = hmac_sha256(&key, authorization.region.as_bytes());
    let key = hmac_sha256(&key, authorization.service.as_bytes());
    hmac_sha256(&key, b"aws4_request")
}

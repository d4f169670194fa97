//! Session tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use local_core::principal::Principal;
use serde::{Deserialize, Serialize};

use super::seal;

/// What a session token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claims {
    /// The access key it belongs to.
    pub(super) key: String,
    /// Whom it stands for.
    pub(super) principal: Principal,
    /// When it ends, in seconds since the epoch.
    pub(super) expires: i64,
}

/// Writes the claims and their seal as text.
pub(super) fn seal_claims(key: &[u8], claims: &Claims) -> String {
    // Claims are plain data, which always has a JSON form.
    let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims).unwrap_or_default());
    let code = URL_SAFE_NO_PAD.encode(seal::hmac_sha256(key, body.as_bytes()));
    format!("{body}.{code}")
}

/// The claims of a token that is ours and unchanged.
pub(super) fn open_claims(key: &[u8], token: &str) -> Option<Claims> {
    let (body, code) = token.split_once('.')?;
    let code = URL_SAFE_NO_PAD.decode(code).ok()?;
    if !seal::is_genuine(key, body.as_bytes(), &code) {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()
}

//! The check of signatures and rights.

use std::sync::Arc;

use jiff::SignedDuration;
use local_core::clock::Clock;
use local_core::principal::Principal;
use local_core::verify::{SignatureError, Signatures, SignedRequest};
use sha2::{Digest, Sha256};

use super::authorization::Authorization;
use super::canonical;
use super::keys::SigningKeys;
use crate::credentials::{CredentialStore, is_genuine};
use crate::policy::{Policies, RequestContext};

/// How far the clocks of signer and service may be apart.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Checks signatures against the credential store, and rights against the policies.
#[derive(Debug)]
pub struct Verifier {
    pub(super) credentials: Arc<CredentialStore>,
    policies: Arc<Policies>,
    pub(super) clock: Clock,
    pub(super) keys: SigningKeys,
}

impl Verifier {
    /// A verifier for these credentials and policies.
    pub fn new(credentials: Arc<CredentialStore>, policies: Arc<Policies>, clock: Clock) -> Self {
        Verifier { credentials, policies, clock, keys: SigningKeys::default() }
    }

    fn check(
        &self,
        authorization: &Authorization<'_>,
        request: &SignedRequest<'_>,
        secret_key: &str,
    ) -> Result<(), SignatureError> {
        let for_this_service = authorization.service == request.service;
        let for_this_day = authorization.time_text.starts_with(authorization.date);
        if !for_this_service || !for_this_day {
            return Err(SignatureError::Mismatch);
        }
        let canonical = canonical::request(request, authorization.signed_headers)?;
        let hash = hex::encode(Sha256::digest(canonical));
        let Authorization { time_text, scope, .. } = authorization;
        let text = format!("AWS4-HMAC-SHA256\n{time_text}\n{scope}\n{hash}");
        let key = self.keys.of(authorization, secret_key);
        if !is_genuine(&key, text.as_bytes(), &authorization.signature) {
            return Err(SignatureError::Mismatch);
        }
        // After the signature, so that nobody learns about clocks without a key.
        if self.clock.now().duration_since(authorization.time).abs() > SKEW {
            return Err(SignatureError::Expired);
        }
        Ok(())
    }
}

impl Signatures for Verifier {
    fn verify(&self, request: &SignedRequest<'_>) -> Result<Principal, SignatureError> {
        let authorization = Authorization::read(request.headers)?;
        let token = request.headers.get("x-amz-security-token");
        let token = token.map(|token| token.to_str().map_err(|_| SignatureError::UnknownKey)).transpose()?;
        let claimed = self.credentials.claim(authorization.access_key_id, token)?;
        self.check(&authorization, request, &claimed.secret_key)?;
        Ok(claimed.principal)
    }

    fn allows(&self, principal: &Principal, action: &str, resource: &str) -> bool {
        self.policies.allows(principal, action, resource, &RequestContext::default())
    }
}

#[cfg(test)]
mod tests;

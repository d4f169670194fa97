//! What S3 takes beside the `Authorization` header: signatures in the query, and signed policies of forms.

use jiff::SignedDuration;
use local_core::principal::Principal;
use local_core::verify::{SignatureError, SignedRequest};
use sha2::{Digest, Sha256};

use super::authorization::Authorization;
use super::canonical;
use super::presigned::Presigned;
use super::verifier::Verifier;
use crate::credentials::is_genuine;

/// How far the clocks of a signer and of S3 may be apart.
const SKEW: SignedDuration = SignedDuration::from_mins(15);

/// Why S3 does not take a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is none.
    Missing,
    /// A part of it cannot be read.
    Malformed,
    /// The access key or the session token is not one of ours.
    UnknownKey,
    /// The session is over.
    TokenExpired,
    /// It does not fit the request.
    Mismatch,
    /// A header that changes the request was added behind it.
    UnsignedHeader,
    /// The address has expired.
    Expired,
    /// The address is of tomorrow.
    NotYetValid,
    /// The clocks are too far apart.
    Skewed,
}

/// The signed policy of a form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignedPolicy<'a> {
    /// `x-amz-credential`.
    pub(crate) credential: &'a str,
    /// `x-amz-date`.
    pub(crate) date: &'a str,
    /// `x-amz-signature`.
    pub(crate) signature: &'a str,
    /// `x-amz-security-token`.
    pub(crate) token: Option<&'a str>,
    /// `policy`, in base64 as it came.
    pub(crate) policy: &'a str,
}

impl Verifier {
    /// Who signed a request to S3, in a header or in the query.
    pub(crate) fn signer_of_objects(&self, request: &SignedRequest<'_>) -> Result<Principal, Refusal> {
        match Presigned::read(request.query) {
            Some(presigned) => self.presigned(request, &presigned),
            None => self.by_header(request),
        }
    }

    /// Who signed the policy of a form. Its end is the policy's own affair.
    pub(crate) fn signer_of_policy(&self, form: &SignedPolicy<'_>) -> Result<Principal, Refusal> {
        let authorization = Authorization::of(form.credential, "", form.signature, form.date);
        let authorization = authorization.ok_or(Refusal::Malformed)?;
        let (principal, key) = self.key_of(&authorization, form.token)?;
        match is_genuine(&key, form.policy.as_bytes(), &authorization.signature) {
            true => Ok(principal),
            false => Err(Refusal::Mismatch),
        }
    }

    fn by_header(&self, request: &SignedRequest<'_>) -> Result<Principal, Refusal> {
        if !request.headers.contains_key("authorization") {
            return Err(Refusal::Missing);
        }
        let authorization = Authorization::read(request.headers).map_err(|_| Refusal::Malformed)?;
        let token = request.headers.get("x-amz-security-token").map(|token| token.to_str());
        let token = token.transpose().map_err(|_| Refusal::UnknownKey)?;
        let (principal, key) = self.key_of(&authorization, token)?;
        let canonical = canonical::request(request, authorization.signed_headers);
        check(&key, &authorization, &canonical.map_err(|_| Refusal::Mismatch)?)?;
        match self.clock.now().duration_since(authorization.time).abs() > SKEW {
            true => Err(Refusal::Skewed),
            false => Ok(principal),
        }
    }

    fn presigned(&self, request: &SignedRequest<'_>, presigned: &Presigned) -> Result<Principal, Refusal> {
        let authorization = presigned.authorization().ok_or(Refusal::Malformed)?;
        let lifetime = presigned.lifetime().ok_or(Refusal::Malformed)?;
        let (principal, key) = self.key_of(&authorization, presigned.token.as_deref())?;
        let signed = SignedRequest { query: &presigned.signed_query, ..*request };
        let canonical = canonical::presigned(&signed, authorization.signed_headers);
        check(&key, &authorization, &canonical.map_err(|_| Refusal::Mismatch)?)?;
        let mut names = request.headers.keys().map(http::HeaderName::as_str);
        if names.any(|name| name.starts_with("x-amz-") && name != HASH && !presigned.signs(name)) {
            return Err(Refusal::UnsignedHeader);
        }
        let age = self.clock.now().duration_since(authorization.time);
        if age < -SKEW {
            return Err(Refusal::NotYetValid);
        }
        if age > lifetime {
            return Err(Refusal::Expired);
        }
        Ok(principal)
    }

    /// Whom a key stands for, and the key that its signatures for that day are made with.
    fn key_of(
        &self,
        authorization: &Authorization<'_>,
        token: Option<&str>,
    ) -> Result<(Principal, [u8; 32]), Refusal> {
        if authorization.service != "s3" || !authorization.time_text.starts_with(authorization.date) {
            return Err(Refusal::Malformed);
        }
        let claimed = self.credentials.claim(authorization.access_key_id, token);
        let claimed = claimed.map_err(|error| match error {
            SignatureError::Expired => Refusal::TokenExpired,
            _ => Refusal::UnknownKey,
        })?;
        let key = self.keys.of(authorization, &claimed.secret_key);
        Ok((claimed.principal, key))
    }
}

/// Announces the hash of the body; signed or not, it changes nothing of a presigned request.
const HASH: &str = "x-amz-content-sha256";

fn check(key: &[u8; 32], authorization: &Authorization<'_>, canonical: &str) -> Result<(), Refusal> {
    let Authorization { time_text, scope, .. } = authorization;
    let hash = hex::encode(Sha256::digest(canonical));
    let text = format!("AWS4-HMAC-SHA256\n{time_text}\n{scope}\n{hash}");
    match is_genuine(key, text.as_bytes(), &authorization.signature) {
        true => Ok(()),
        false => Err(Refusal::Mismatch),
    }
}

#[cfg(test)]
mod tests {
    use super::super::keys::SigningKeys;
    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    /// The example of the S3 API reference, "Examples: Browser-Based Upload using HTTP POST".
    #[test]
    fn a_policy_is_signed_as_in_the_reference() {
        let policy = include_str!("policy-example.txt").trim_end();
        let authorization = Authorization::of(
            "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request",
            "",
            "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e",
            "20151229T000000Z",
        )
        .unwrap();
        let key = SigningKeys::default().of(&authorization, SECRET);
        assert!(is_genuine(&key, policy.as_bytes(), &authorization.signature));
        assert!(!is_genuine(&key, &policy.as_bytes()[1..], &authorization.signature));
    }

    /// The example of the S3 API reference, "Authenticating Requests: Using Query Parameters".
    #[test]
    fn an_address_is_signed_as_in_the_reference() {
        let query = "X-Amz-Algorithm=AWS4-HMAC-SHA256\
            &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
            &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
            &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
        let presigned = Presigned::read(query).unwrap();
        let authorization = presigned.authorization().unwrap();
        let mut headers = http::HeaderMap::new();
        headers.insert("host", "examplebucket.s3.amazonaws.com".parse().unwrap());
        let request = SignedRequest {
            service: "s3",
            method: "GET",
            path: "/test.txt",
            query: &presigned.signed_query,
            headers: &headers,
            body: b"",
        };
        let key = SigningKeys::default().of(&authorization, SECRET);
        let canonical = canonical::presigned(&request, "host").unwrap();
        assert_eq!(check(&key, &authorization, &canonical), Ok(()));
        let other = SignedRequest { path: "/other.txt", ..request };
        let canonical = canonical::presigned(&other, "host").unwrap();
        assert_eq!(check(&key, &authorization, &canonical), Err(Refusal::Mismatch));
    }
}

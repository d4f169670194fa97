//! How a service checks who calls.

use http::HeaderMap;
use serde_json::{Map, Value};

use crate::principal::Principal;

/// Checks bearer tokens of a user pool.
pub trait TokenVerifier: Send + Sync {
    /// The claims of a token that is genuine, current and for this pool.
    fn verify(&self, token: &str) -> Result<Map<String, Value>, TokenError>;
}

/// Why a token is refused. The texts are AppSync's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a JWT at all.
    #[error("Unable to parse JWT token.")]
    Malformed,
    /// Genuine once, too old now.
    #[error("Token has expired.")]
    Expired,
    /// Signature, issuer, audience, use or time is wrong.
    #[error("You are not authorized to make this call.")]
    Refused,
}

/// A request as its signer saw it.
#[derive(Debug, Clone, Copy)]
pub struct SignedRequest<'a> {
    /// The service that the signature must be for, such as `appsync`.
    pub service: &'a str,
    /// `POST` and so on.
    pub method: &'a str,
    /// The path, percent-encoded as sent.
    pub path: &'a str,
    /// The query without its question mark.
    pub query: &'a str,
    /// All headers, `Authorization` among them.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a [u8],
}

/// Checks signatures and policies of AWS.
pub trait Signatures: Send + Sync {
    /// Who signed this request (Signature Version 4).
    fn verify(&self, request: &SignedRequest<'_>) -> Result<Principal, SignatureError>;
    /// Whether the templates' policies allow it, for example `appsync:GraphQL` on
    /// `arn:aws:appsync:…:apis/ID/types/Mutation/fields/publishEvents`. The answer is counted as a use of the grant.
    fn allows(&self, principal: &Principal, action: &str, resource: &str) -> bool;
}

/// Why a signature is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No `Authorization` header of this kind, or one that cannot be read.
    #[error("the request has no readable signature")]
    Missing,
    /// The access key is not one of ours.
    #[error("the security token included in the request is invalid")]
    UnknownKey,
    /// The credentials or the signature are too old.
    #[error("the security token included in the request is expired")]
    Expired,
    /// The signature does not match the request.
    #[error("the request signature we calculated does not match the signature you provided")]
    Mismatch,
}

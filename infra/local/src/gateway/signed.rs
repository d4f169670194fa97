//! Who signed a request to a service of AWS.

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::request::Parts;
use local_aws::http::Response;
use local_core::principal::Principal;
use local_core::verify::{SignatureError, Signatures, SignedRequest};

/// The principal behind a signature for this service.
pub(super) fn signer(
    signatures: &dyn Signatures,
    service: &str,
    parts: &Parts,
    body: &Bytes,
) -> Result<Principal, SignatureError> {
    signatures.verify(&SignedRequest {
        service,
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or_default(),
        headers: &parts.headers,
        body,
    })
}

/// The service that a request is signed for: `Credential=KEY/DATE/REGION/SERVICE/aws4_request`.
pub(super) fn service(parts: &Parts) -> Option<&str> {
    let authorization = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (_, scope) = authorization.split_once("Credential=")?;
    scope.split(',').next()?.split('/').nth(3)
}

/// The refusal in AWS's words.
pub(super) fn refusal(error: &SignatureError) -> Response {
    let (name, message) = match error {
        SignatureError::Missing => {
            ("MissingAuthenticationTokenException", "Request is missing Authentication Token")
        }
        SignatureError::UnknownKey => {
            ("UnrecognizedClientException", "The security token included in the request is invalid.")
        }
        SignatureError::Expired => {
            ("ExpiredTokenException", "The security token included in the request is expired")
        }
        SignatureError::Mismatch => (
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
             Access Key and signing method.",
        ),
    };
    Response::refusal(400, &format!("com.amazon.coral.service#{name}"), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_is_read_from_the_scope() {
        let authorization = "AWS4-HMAC-SHA256 Credential=local/20261122/us-east-1/dynamodb/aws4_request, \
            SignedHeaders=host, Signature=00";
        let request = http::Request::post("/").header(AUTHORIZATION, authorization).body(()).unwrap();
        assert_eq!(service(&request.into_parts().0), Some("dynamodb"));
        let bare = http::Request::post("/").header(AUTHORIZATION, "Bearer x").body(()).unwrap();
        assert_eq!(service(&bare.into_parts().0), None);
    }
}

//! What the services share on the wire: answers in AWS's JSON and XML, with the headers that its SDKs check.

use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use local_core::principal::Principal;
use serde_json::{Value, json};

/// The region in which everything local lives.
pub const REGION: &str = "us-east-1";

/// The account that owns everything local.
pub const ACCOUNT: &str = "000000000000";

/// The alphabet of DynamoDB's request ids.
const ID_ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Decides who may do what.
pub trait Authorizer: Send + Sync {
    /// Whether a caller may do `action` (such as `dynamodb:GetItem`) on a resource.
    ///
    /// `leading_keys` are the partition keys that a request to DynamoDB names, for the condition key
    /// `dynamodb:LeadingKeys`; other services name none.
    fn allows(&self, caller: &Principal, action: &str, resource: &str, leading_keys: &[String]) -> bool;
}

/// An answer of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The media type of the body.
    pub content_type: &'static str,
    /// The body as sent.
    pub body: Bytes,
}

impl Response {
    /// An answer in AWS JSON 1.0, which DynamoDB speaks.
    pub fn json_1_0(status: u16, body: &Value) -> Self {
        Response { status, content_type: "application/x-amz-json-1.0", body: body.to_string().into() }
    }

    /// An answer in AWS JSON 1.1, which EventBridge speaks.
    pub fn json_1_1(status: u16, body: &Value) -> Self {
        Response { status, content_type: "application/x-amz-json-1.1", body: body.to_string().into() }
    }

    /// An answer in plain JSON, which the REST services speak.
    pub fn rest_json(status: u16, body: &Value) -> Self {
        Response { status, content_type: "application/json", body: body.to_string().into() }
    }

    /// An answer in XML, which the query services speak.
    pub fn xml(status: u16, body: String) -> Self {
        Response { status, content_type: "text/xml", body: body.into() }
    }

    /// A refusal in AWS JSON 1.0. `error_type` is the full `__type`.
    pub fn refusal(status: u16, error_type: &str, message: &str) -> Self {
        Response::json_1_0(status, &json!({ "__type": error_type, "message": message }))
    }

    /// The error's short name, such as `ValidationException`, if this is a refusal in JSON.
    pub fn error_type(&self) -> Option<String> {
        if self.status < 400 {
            return None;
        }
        let body: Value = serde_json::from_slice(&self.body).ok()?;
        let full = body.get("__type")?.as_str()?;
        Some(full.rsplit('#').next().unwrap_or(full).to_owned())
    }

    /// The body as JSON; null if it is not.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// As an HTTP response, with the request id and the checksum that DynamoDB's clients compare.
    pub fn into_http(self) -> http::Response<Bytes> {
        let checksum = crc32fast::hash(&self.body);
        let mut response = http::Response::new(self.body);
        *response.status_mut() =
            http::StatusCode::from_u16(self.status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        headers.insert("x-amz-crc32", HeaderValue::from(checksum));
        if let Ok(id) = HeaderValue::from_str(&request_id()) {
            headers.insert("x-amzn-requestid", id);
        }
        response
    }
}

/// The ARN under which AWS names a caller.
pub fn caller_arn(caller: &Principal) -> String {
    match caller {
        Principal::Function { name } => format!("arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{name}"),
        Principal::Identity { .. } => {
            format!("arn:aws:sts::{ACCOUNT}:assumed-role/{}/CognitoIdentityCredentials", caller_name(caller))
        }
        Principal::Developer => format!("arn:aws:iam::{ACCOUNT}:user/developer"),
    }
}

/// A caller in one word, without personal data: a function's name, `member`, `guest` or `developer`.
pub fn caller_name(caller: &Principal) -> &str {
    match caller {
        Principal::Function { name } => name,
        Principal::Identity { user_sub: Some(_), .. } => "member",
        Principal::Identity { user_sub: None, .. } => "guest",
        Principal::Developer => "developer",
    }
}

/// AWS's words for a caller whom no policy allows an action.
pub fn denial(caller: &Principal, action: &str, resource: &str) -> String {
    format!(
        "User: {} is not authorized to perform: {action} on resource: {resource} because no identity-based policy \
         allows the {action} action",
        caller_arn(caller)
    )
}

/// A fresh request id of 52 letters and digits, as DynamoDB gives them.
pub fn request_id() -> String {
    let mut bytes = [0; 52];
    // An id that is all `A` in the unheard-of case of no randomness is still an id.
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().map(|byte| char::from(ID_ALPHABET[usize::from(byte % 32)])).collect()
}

/// A fresh random UUID (version 4).
pub fn uuid() -> String {
    let mut bytes = [0; 16];
    let _ = getrandom::fill(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex::encode(bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_carries_the_checksum_of_its_body() {
        let response = Response::json_1_0(200, &json!({})).into_http();
        assert_eq!(response.headers()["x-amz-crc32"], "2745614147");
        assert_eq!(response.headers()["x-amzn-requestid"].len(), 52);
    }

    #[test]
    fn a_refusal_knows_its_short_name() {
        let refusal = Response::refusal(400, "com.amazon.coral.validate#ValidationException", "no");
        assert_eq!(refusal.error_type().as_deref(), Some("ValidationException"));
        assert_eq!(Response::json_1_0(200, &json!({})).error_type(), None);
    }

    #[test]
    fn a_uuid_is_of_version_four() {
        let id = uuid();
        assert_eq!((id.len(), &id[14..15]), (36, "4"));
        assert_ne!(id, uuid());
    }
}

//! The `Authorization` header.

use http::HeaderMap;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use local_core::verify::SignatureError;

/// How AWS writes times.
const TIME: &str = "%Y%m%dT%H%M%SZ";

/// A signature and what it says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Authorization<'a> {
    pub(super) access_key_id: &'a str,
    /// `DATE/REGION/SERVICE/aws4_request`.
    pub(super) scope: &'a str,
    pub(super) date: &'a str,
    pub(super) region: &'a str,
    pub(super) service: &'a str,
    pub(super) signed_headers: &'a str,
    pub(super) signature: [u8; 32],
    /// The time as the signer wrote it.
    pub(super) time_text: &'a str,
    pub(super) time: Timestamp,
}

impl<'a> Authorization<'a> {
    /// Reads `Authorization` and `X-Amz-Date`.
    pub(super) fn read(headers: &'a HeaderMap) -> Result<Self, SignatureError> {
        read(headers).ok_or(SignatureError::Missing)
    }

    /// Takes the parts as they are written, wherever they stand.
    pub(super) fn of(
        credential: &'a str,
        signed_headers: &'a str,
        signature: &str,
        time_text: &'a str,
    ) -> Option<Self> {
        let (access_key_id, scope) = credential.split_once('/')?;
        let mut parts = scope.split('/');
        let (date, region, service) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next() != Some("aws4_request") || parts.next().is_some() {
            return None;
        }
        let mut bytes = [0; 32];
        hex::decode_to_slice(signature, &mut bytes).ok()?;
        let time = DateTime::strptime(TIME, time_text).ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
        Some(Authorization {
            access_key_id,
            scope,
            date,
            region,
            service,
            signed_headers,
            signature: bytes,
            time_text,
            time,
        })
    }
}

fn read(headers: &HeaderMap) -> Option<Authorization<'_>> {
    let header = headers.get("authorization")?.to_str().ok()?;
    let fields = header.strip_prefix("AWS4-HMAC-SHA256")?;
    let (mut credential, mut signed_headers, mut signature) = (None, None, None);
    for field in fields.split(',') {
        match field.trim().split_once('=')? {
            ("Credential", value) => credential = Some(value),
            ("SignedHeaders", value) => signed_headers = Some(value),
            ("Signature", value) => signature = Some(value),
            _ => return None,
        }
    }
    let time_text = headers.get("x-amz-date")?.to_str().ok()?;
    Authorization::of(credential?, signed_headers?, signature?, time_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNATURE: &str = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";

    fn headers(authorization: &str, date: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", authorization.parse().unwrap());
        headers.insert("x-amz-date", date.parse().unwrap());
        headers
    }

    #[test]
    fn spaces_between_the_fields_do_not_matter() {
        let credential = "Credential=AKID/20150830/us-east-1/iam/aws4_request";
        for gap in [", ", ",", " , "] {
            let text = format!(
                "AWS4-HMAC-SHA256 {credential}{gap}SignedHeaders=host;x-amz-date{gap}Signature={SIGNATURE}"
            );
            let headers = headers(&text, "20150830T123600Z");
            let authorization = Authorization::read(&headers).unwrap();
            assert_eq!(authorization.access_key_id, "AKID");
            assert_eq!(authorization.scope, "20150830/us-east-1/iam/aws4_request");
            assert_eq!((authorization.region, authorization.service), ("us-east-1", "iam"));
            assert_eq!(authorization.signed_headers, "host;x-amz-date");
            assert_eq!(authorization.time.to_string(), "2015-08-30T12:36:00Z");
        }
    }

    #[test]
    fn what_is_no_signature_is_missing() {
        let good = format!("Credential=A/20150830/r/s/aws4_request,SignedHeaders=host,Signature={SIGNATURE}");
        let cases = [
            ("Bearer abc".to_owned(), "20150830T123600Z"),
            (good.clone(), "20150830T123600Z"),
            (format!("AWS4-HMAC-SHA256 {good}"), "yesterday"),
            (
                format!("AWS4-HMAC-SHA256 {}", good.replace("aws4_request", "aws5_request")),
                "20150830T123600Z",
            ),
            (format!("AWS4-HMAC-SHA256 {}", good.replace("A/2015", "2015")), "20150830T123600Z"),
            (format!("AWS4-HMAC-SHA256 {}", good.replace("5d672d", "5d67")), "20150830T123600Z"),
            ("AWS4-HMAC-SHA256".to_owned(), "20150830T123600Z"),
        ];
        for (authorization, date) in cases {
            let headers = headers(&authorization, date);
            assert_eq!(Authorization::read(&headers), Err(SignatureError::Missing), "{authorization}");
        }
        assert_eq!(Authorization::read(&HeaderMap::new()), Err(SignatureError::Missing));
    }
}

//! Signature Version 4, as far as forms need it; links are signed by the SDK's own crate.

use domain::Error;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::Sha256;

/// The name of the algorithm.
pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// The service.
pub(crate) const SERVICE: &str = "s3";

/// The day of a signature, `yyyymmdd`, and its time, `yyyymmddThhmmssZ`.
pub(crate) fn day_and_time(at: Timestamp) -> (String, String) {
    let at = at.to_zoned(TimeZone::UTC);
    (at.strftime("%Y%m%d").to_string(), at.strftime("%Y%m%dT%H%M%SZ").to_string())
}

/// The signature of a text by the key of a day, in hex digits.
pub(crate) fn signature(secret: &str, day: &str, region: &str, text: &str) -> Result<String, Error> {
    let mut key = format!("AWS4{secret}").into_bytes();
    for part in [day, region, SERVICE, "aws4_request"] {
        key = digest(&key, part)?;
    }
    Ok(hex::encode(digest(&key, text)?))
}

fn digest(key: &[u8], text: &str) -> Result<Vec<u8>, Error> {
    let mac = Hmac::<Sha256>::new_from_slice(key);
    let mut mac = mac.map_err(|error| Error::internal(format!("signing: {error}")))?;
    mac.update(text.as_bytes());
    Ok(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that AWS publishes: "Browser-based uploads using HTTP POST: example" in the S3 API reference.
    const POLICY: &str = "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9";
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    #[test]
    fn the_signature_of_the_published_form_is_the_published_one() {
        let signature = signature(SECRET, "20151229", "us-east-1", POLICY).unwrap();
        assert_eq!(signature, "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e");
    }

    #[test]
    fn a_signature_has_a_day_and_a_time() {
        let at: Timestamp = "2015-12-29T00:00:07Z".parse().unwrap();
        assert_eq!(day_and_time(at), ("20151229".to_owned(), "20151229T000007Z".to_owned()));
    }
}

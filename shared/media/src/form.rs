//! Signed forms: what a browser posts to S3.
//!
//! The SDK has none. The format is that of "Authenticating requests: browser-based uploads using POST" and "POST policy"
//! in the S3 API reference.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Error;
use domain::media::{ContentType, UPLOAD_WINDOW, UploadField, UploadForm};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::bucket::Bucket;
use crate::place::UploadPlace;
use crate::signing::{ALGORITHM, SERVICE, day_and_time, signature};

impl Bucket {
    /// A form by which one object of exactly this key, type and size can be posted, for five minutes.
    ///
    /// It can be posted again in that time; who looks at uploads looks at the first only.
    pub fn form(
        &self,
        place: &UploadPlace,
        content_type: &ContentType,
        size: u64,
        now: Timestamp,
    ) -> Result<UploadForm, Error> {
        let expires_at = (now + UPLOAD_WINDOW).round(jiff::Unit::Second);
        let expires_at = expires_at.map_err(|error| Error::internal(error.to_string()))?;
        let (day, time) = day_and_time(now);
        let credential =
            format!("{}/{day}/{}/{SERVICE}/aws4_request", self.credentials.access_key_id(), self.region);
        let mut fields = vec![
            field("key", place.key()),
            field("Content-Type", content_type.as_str()),
            field("success_action_status", "204"),
            field("x-amz-algorithm", ALGORITHM),
            field("x-amz-credential", credential),
            field("x-amz-date", time),
        ];
        fields.extend(self.credentials.session_token().map(|token| field("x-amz-security-token", token)));
        let policy = STANDARD.encode(self.policy(&fields, size, expires_at).to_string());
        let signature = signature(self.credentials.secret_access_key(), &day, &self.region, &policy)?;
        fields.push(field("policy", policy));
        fields.push(field("x-amz-signature", signature));
        Ok(UploadForm { url: format!("{}/", self.address), fields, expires_at })
    }

    /// What S3 checks: every field as it stands, and the size.
    fn policy(&self, fields: &[UploadField], size: u64, expires_at: Timestamp) -> Value {
        let exact = fields.iter().map(|UploadField { name, value }| json!({ name.as_str(): value }));
        let mut conditions: Vec<Value> = exact.collect();
        conditions.push(json!({ "bucket": self.name }));
        conditions.push(json!(["content-length-range", size, size]));
        json!({ "expiration": format!("{expires_at:.3}"), "conditions": conditions })
    }
}

fn field(name: &str, value: impl Into<String>) -> UploadField {
    UploadField { name: name.to_owned(), value: value.into() }
}

#[cfg(test)]
mod tests {
    use domain::id::{AttachmentId, UserId};

    use super::*;
    use crate::bucket::tests::bucket;

    fn place() -> UploadPlace {
        UploadPlace {
            owner: UserId::parse("00000000-0000-4000-8000-00000000000a").unwrap(),
            attachment: AttachmentId::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").unwrap(),
        }
    }

    fn form(token: Option<&str>) -> UploadForm {
        let content_type = ContentType::parse("image/png").unwrap();
        let now: Timestamp = "2026-01-01T00:00:00.5Z".parse().unwrap();
        bucket(token).form(&place(), &content_type, 68, now).unwrap()
    }

    fn value<'a>(form: &'a UploadForm, name: &str) -> &'a str {
        form.fields.iter().find(|field| field.name == name).map_or("", |field| field.value.as_str())
    }

    fn policy(form: &UploadForm) -> Value {
        serde_json::from_slice(&STANDARD.decode(value(form, "policy")).unwrap()).unwrap()
    }

    #[test]
    fn a_form_allows_one_key_one_type_and_one_size() {
        let form = form(None);
        let policy = policy(&form);
        let conditions = policy["conditions"].as_array().unwrap();
        for condition in [
            json!({ "key": "uploads/00000000-0000-4000-8000-00000000000a/01ARZ3NDEKTSV4RRFFQ69G5FAV" }),
            json!({ "Content-Type": "image/png" }),
            json!(["content-length-range", 68, 68]),
            json!({ "bucket": "examplebucket" }),
        ] {
            assert!(conditions.contains(&condition), "{condition} is not in {policy}");
        }
        assert_eq!(form.url, "https://examplebucket.s3.amazonaws.com/");
    }

    #[test]
    fn a_form_ends_after_five_minutes() {
        let form = form(None);
        assert_eq!(policy(&form)["expiration"], "2026-01-01T00:05:01.000Z");
        assert_eq!(form.expires_at.to_string(), "2026-01-01T00:05:01Z");
        assert_eq!(value(&form, "x-amz-date"), "20260101T000000Z");
    }

    #[test]
    fn every_field_is_in_the_policy() {
        let form = form(Some("token"));
        let policy = policy(&form);
        let conditions = policy["conditions"].as_array().unwrap();
        for UploadField { name, value } in &form.fields {
            let is_exempt = ["policy", "x-amz-signature"].contains(&name.as_str());
            assert!(is_exempt || conditions.contains(&json!({ name.as_str(): value })), "{name}");
        }
        assert_eq!(value(&form, "x-amz-security-token"), "token");
    }
}

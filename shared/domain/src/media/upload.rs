//! Asking to upload something.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Attachment, AttachmentKind, AttachmentStatus, ContentType, FileName, Measures, UploadLimits};
use crate::Error;
use crate::id::AttachmentId;

/// What a client wants to upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UploadInput {
    id: AttachmentId,
    kind: AttachmentKind,
    file_name: FileName,
    content_type: ContentType,
    size: i64,
}

/// What a client wants to upload, checked: the type fits the kind.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "UploadInput")]
pub struct UploadRequest {
    id: AttachmentId,
    kind: AttachmentKind,
    file_name: FileName,
    content_type: ContentType,
    size: u64,
    request: String,
}

impl TryFrom<UploadInput> for UploadRequest {
    type Error = Error;

    fn try_from(input: UploadInput) -> Result<Self, Error> {
        if !input.kind.takes(&input.content_type) {
            return Err(Error::bad_request(format!(
                "contentType {} is none of this kind: send it as a FILE",
                input.content_type
            )));
        }
        let size = u64::try_from(input.size).ok().filter(|size| *size > 0);
        let size = size.ok_or_else(|| Error::bad_request("size must be 1 or more"))?;
        let text = serde_json::to_vec(&input).map_err(|error| Error::internal(error.to_string()))?;
        let request = hex::encode(Sha256::digest(text));
        let UploadInput { id, kind, file_name, content_type, .. } = input;
        Ok(UploadRequest { id, kind, file_name, content_type, size, request })
    }
}

impl UploadRequest {
    /// Whether it is small enough; otherwise `LimitExceeded`.
    pub fn within(&self, limits: &UploadLimits) -> Result<(), Error> {
        let most = limits.most(self.kind);
        if self.size > most {
            return Err(Error::limit_exceeded(format!("size: at most {most} bytes for this kind")));
        }
        Ok(())
    }

    /// The id that the client made.
    pub fn id(&self) -> &AttachmentId {
        &self.id
    }

    /// The digest of what was asked for: the same id with another digest is a conflict.
    pub fn request(&self) -> &str {
        &self.request
    }

    /// The attachment before its bytes are there.
    pub fn attachment(&self, now: Timestamp) -> Attachment {
        Attachment {
            id: self.id.clone(),
            kind: self.kind,
            status: AttachmentStatus::Pending,
            rejection: None,
            file_name: self.file_name.clone(),
            content_type: self.content_type.clone(),
            size: self.size,
            measures: Measures::default(),
            created_at: now,
        }
    }
}

/// Where to post the bytes to, and with what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UploadForm {
    /// The address.
    pub url: String,
    /// The fields of the form, to be sent before the file, which is called `file` and comes last.
    pub fields: Vec<UploadField>,
    /// Until when it may be posted.
    pub expires_at: Timestamp,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UploadField {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What becomes of the wish to upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Upload {
    /// The attachment as it is now.
    pub attachment: Attachment,
    /// How to upload; none once the bytes were looked at.
    pub form: Option<UploadForm>,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::ErrorKind;

    fn wish(more: Value) -> Result<UploadRequest, String> {
        let mut input = json!({"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "kind": "IMAGE", "fileName": "a.jpg",
            "contentType": "image/jpeg", "size": 10});
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(input).map_err(|error| error.to_string())
    }

    #[test]
    fn a_wish_is_of_a_type_that_its_kind_takes_and_of_some_size() {
        assert!(wish(json!({})).is_ok());
        assert!(wish(json!({"contentType": "image/svg+xml"})).is_err());
        assert!(wish(json!({"kind": "FILE", "contentType": "text/html"})).is_ok());
        for size in [0, -1] {
            assert!(wish(json!({"size": size})).is_err());
        }
    }

    #[test]
    fn what_only_the_server_says_cannot_be_given() {
        for field in ["status", "ownerId", "key", "blurHash", "width"] {
            assert!(wish(json!({field: 1})).is_err(), "{field}");
        }
    }

    #[test]
    fn too_much_is_a_limit_of_the_product() {
        let limits = UploadLimits::default();
        let most = limits.most(AttachmentKind::Image);
        assert!(wish(json!({"size": most})).unwrap().within(&limits).is_ok());
        let error = wish(json!({"size": most + 1})).unwrap().within(&limits).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::LimitExceeded);
    }

    #[test]
    fn the_digest_tells_wishes_apart() {
        let request = |more| wish(more).unwrap().request().to_owned();
        assert_eq!(request(json!({})), request(json!({"contentType": "image/jpg"})));
        assert_ne!(request(json!({})), request(json!({"size": 11})));
        assert_ne!(request(json!({})), request(json!({"fileName": "b.jpg"})));
    }
}

//! Signed links: what a browser downloads by.

use std::time::Duration;

use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use domain::Error;
use domain::id::MessageId;
use domain::media::{Attachment, AttachmentUrl, AttachmentVariant, LINK_LIFE, THUMBNAIL_LINK_LIFE};
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::bucket::Bucket;
use crate::disposition::attachment_named;
use crate::place::Place;
use crate::signing::SERVICE;

/// What RFC 3986 leaves as it is.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What files are called in answers, so that no browser runs them.
const BYTES: &str = "application/octet-stream";

/// What to link to, and how it is to be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Link {
    /// The key of the object: letters, digits, `-` and `/`.
    key: String,
    /// The content type of the answer, whatever the object says of itself; none for its own.
    content_type: Option<String>,
    /// The content disposition of the answer; none to show it in place.
    disposition: Option<String>,
    /// How long the link works.
    life: SignedDuration,
}

impl Bucket {
    /// A link to an attachment of a message: five minutes for what was uploaded, an hour for the small picture; none if
    /// there is no small picture. Who gets it has to be allowed to see the message.
    ///
    /// Files are downloaded under their name, as bytes; what a kind of its own was checked for is shown in place.
    pub fn url(
        &self,
        message: &MessageId,
        attachment: &Attachment,
        variant: AttachmentVariant,
        now: Timestamp,
    ) -> Result<Option<AttachmentUrl>, Error> {
        let Some(link) = Link::to(attachment, variant) else { return Ok(None) };
        Ok(Some(AttachmentUrl {
            message_id: message.clone(),
            attachment_id: attachment.id.clone(),
            variant,
            url: self.link(&link, now)?,
            expires_at: now + link.life,
        }))
    }

    fn link(&self, link: &Link, now: Timestamp) -> Result<String, Error> {
        let content_type = link.content_type.as_deref().map(|value| ("response-content-type", value));
        let mut query: Vec<_> = content_type.into_iter().collect();
        query.extend(link.disposition.as_deref().map(|value| ("response-content-disposition", value)));
        let query: Vec<_> = query
            .into_iter()
            .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, QUERY)))
            .collect();
        self.signed(&link.key, &query.join("&"), link.life, now)
    }

    fn signed(&self, key: &str, query: &str, life: SignedDuration, now: Timestamp) -> Result<String, Error> {
        let internal = |error: &dyn std::fmt::Display| Error::internal(format!("signing: {error}"));
        let mut settings = SigningSettings::default();
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::try_from(life).map_err(|error| internal(&error))?);
        // S3 differs from the other services in these two.
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        let identity = self.credentials.clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(SERVICE)
            .time(now.into())
            .settings(settings)
            .build()
            .map_err(|error| internal(&error))?;
        let bare = format!("{}/{key}", self.address);
        let url = if query.is_empty() { bare } else { format!("{bare}?{query}") };
        let host = url.split('/').nth(2).unwrap_or_default().to_owned();
        let headers = [("host", host.as_str())];
        let request = SignableRequest::new("GET", &url, headers.into_iter(), SignableBody::UnsignedPayload);
        let request = request.map_err(|error| internal(&error))?;
        let (instructions, _) = sign(request, &params.into()).map_err(|error| internal(&error))?.into_parts();
        let signed = instructions.params().iter();
        let signed = signed.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, QUERY)));
        let separator = if query.is_empty() { '?' } else { '&' };
        Ok(format!("{url}{separator}{}", signed.collect::<Vec<_>>().join("&")))
    }
}

impl Link {
    fn to(attachment: &Attachment, variant: AttachmentVariant) -> Option<Self> {
        let id = &attachment.id;
        Some(match variant {
            AttachmentVariant::Original if attachment.kind.is_shown() => Link {
                key: Place::Original.key(id),
                content_type: Some(attachment.content_type.as_str().to_owned()),
                disposition: None,
                life: LINK_LIFE,
            },
            AttachmentVariant::Original => Link {
                key: Place::Original.key(id),
                content_type: Some(BYTES.to_owned()),
                disposition: Some(attachment_named(attachment.file_name.as_str())),
                life: LINK_LIFE,
            },
            AttachmentVariant::Thumbnail if attachment.measures.has_thumbnail => Link {
                key: Place::Thumbnail.key(id),
                content_type: None,
                disposition: None,
                life: THUMBNAIL_LINK_LIFE,
            },
            AttachmentVariant::Thumbnail => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::bucket::tests::bucket;

    /// The example that AWS publishes: "Authenticating requests: using query parameters" in the S3 API reference.
    #[test]
    fn the_link_of_the_published_example_is_the_published_one() {
        let now: Timestamp = "2013-05-24T00:00:00Z".parse().unwrap();
        let url = bucket(None).signed("test.txt", "", SignedDuration::from_hours(24), now).unwrap();
        assert!(url.starts_with("https://examplebucket.s3.amazonaws.com/test.txt?"), "{url}");
        assert!(url.contains("X-Amz-Expires=86400"), "{url}");
        let signature = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
        assert!(url.contains(&format!("X-Amz-Signature={signature}")), "{url}");
    }

    fn url(kind: &str, content_type: &str, variant: AttachmentVariant) -> Option<AttachmentUrl> {
        let attachment = json!({"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "kind": kind, "status": "READY", "fileName": "a b.x",
            "contentType": content_type, "size": 1, "hasThumbnail": kind == "IMAGE",
            "createdAt": "2026-01-01T00:00:00Z"});
        let message = MessageId::parse("01ARZ3NDEKTSV4RRFFQ69G5FAW").unwrap();
        let attachment: Attachment = serde_json::from_value(attachment).unwrap();
        bucket(Some("token")).url(&message, &attachment, variant, Timestamp::UNIX_EPOCH).unwrap()
    }

    #[test]
    fn a_file_is_downloaded_as_bytes_whatever_it_calls_itself() {
        let url = url("FILE", "text/html", AttachmentVariant::Original).unwrap();
        assert!(url.url.contains("/media/01ARZ3NDEKTSV4RRFFQ69G5FAV/original?"), "{}", url.url);
        assert!(url.url.contains("response-content-type=application%2Foctet-stream&"), "{}", url.url);
        assert!(
            url.url.contains("response-content-disposition=attachment%3B%20filename%3D%22a%20b.x"),
            "{}",
            url.url
        );
        assert!(
            url.url.contains("X-Amz-Expires=300&") && url.url.contains("X-Amz-Security-Token=token"),
            "{}",
            url.url
        );
        assert_eq!(url.expires_at.as_second(), 300);
    }

    #[test]
    fn a_picture_is_shown_and_its_small_one_for_longer() {
        let original = url("IMAGE", "image/png", AttachmentVariant::Original).unwrap();
        assert!(original.url.contains("response-content-type=image%2Fpng&"), "{}", original.url);
        assert!(!original.url.contains("disposition"), "{}", original.url);
        let thumbnail = url("IMAGE", "image/png", AttachmentVariant::Thumbnail).unwrap();
        assert!(thumbnail.url.contains("/thumbnail?") && thumbnail.url.contains("X-Amz-Expires=3600"));
        assert_eq!(url("FILE", "text/html", AttachmentVariant::Thumbnail), None);
    }
}

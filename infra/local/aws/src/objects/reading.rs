//! Getting objects and what is said about them.

use std::ops::Range;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use futures::stream;
use http::Extensions;
use jiff::Timestamp;
use s3s::dto::{
    ETag, ETagCondition, GetObjectInput, GetObjectOutput, HeadObjectInput, HeadObjectOutput, StreamingBlob,
};
use s3s::{S3Request, S3Result, s3_error};

use super::access::object_arn;
use super::bodies;
use super::service::Inner;
use super::store::{self, Object};
use super::writing::{encryption, refuse_version};

/// What a client wants to know before it takes the bytes.
#[derive(Default)]
struct Conditions {
    if_match: Option<ETagCondition>,
    if_none_match: Option<ETagCondition>,
    if_modified_since: Option<s3s::dto::Timestamp>,
    if_unmodified_since: Option<s3s::dto::Timestamp>,
}

impl Inner {
    pub(super) fn get_object(self: &Arc<Self>, req: S3Request<GetObjectInput>) -> S3Result<GetObjectOutput> {
        let input = req.input;
        let object =
            self.found(&req.extensions, "GetObject", (&input.bucket, &input.key), input.version_id)?;
        let conditions = Conditions {
            if_match: input.if_match,
            if_none_match: input.if_none_match,
            if_modified_since: input.if_modified_since,
            if_unmodified_since: input.if_unmodified_since,
        };
        conditions.check(&object)?;
        let range = input.range.map(|range| range.check(object.size)).transpose()?;
        let content_range =
            range.as_ref().map(|range| format!("bytes {}-{}/{}", range.start, range.end - 1, object.size));
        let range = range.unwrap_or(0..object.size);
        let attributes = object.attributes;
        Ok(GetObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            body: Some(self.bytes(object.body, range.clone())),
            cache_control: attributes.cache_control,
            content_disposition: attributes.content_disposition,
            content_encoding: attributes.content_encoding,
            content_language: attributes.content_language,
            content_length: i64::try_from(range.end - range.start).ok(),
            content_range,
            content_type: Some(content_type(attributes.content_type)),
            e_tag: Some(ETag::Strong(object.etag)),
            last_modified: Some(timestamp(object.modified)),
            metadata: Some(attributes.metadata.into_iter().collect()),
            server_side_encryption: Some(encryption()),
            tag_count: i32::try_from(object.tags.len()).ok().filter(|count| *count > 0),
            ..GetObjectOutput::default()
        })
    }

    pub(super) fn head_object(&self, req: S3Request<HeadObjectInput>) -> S3Result<HeadObjectOutput> {
        let input = req.input;
        let object =
            self.found(&req.extensions, "HeadObject", (&input.bucket, &input.key), input.version_id)?;
        let conditions = Conditions {
            if_match: input.if_match,
            if_none_match: input.if_none_match,
            if_modified_since: input.if_modified_since,
            if_unmodified_since: input.if_unmodified_since,
        };
        conditions.check(&object)?;
        let attributes = object.attributes;
        Ok(HeadObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            cache_control: attributes.cache_control,
            content_disposition: attributes.content_disposition,
            content_encoding: attributes.content_encoding,
            content_language: attributes.content_language,
            content_length: i64::try_from(object.size).ok(),
            content_type: Some(content_type(attributes.content_type)),
            e_tag: Some(ETag::Strong(object.etag)),
            last_modified: Some(timestamp(object.modified)),
            metadata: Some(attributes.metadata.into_iter().collect()),
            server_side_encryption: Some(encryption()),
            ..HeadObjectOutput::default()
        })
    }

    fn found(
        &self,
        extensions: &Extensions,
        operation: &'static str,
        (bucket, key): (&str, &str),
        version: Option<String>,
    ) -> S3Result<Object> {
        self.bucket(bucket)?;
        let entered = self.enter(extensions, operation, "s3:GetObject", &object_arn(bucket, key))?;
        refuse_version(version.as_deref())?;
        let object = self.look(|conn| store::get(conn, bucket, key))?;
        object.ok_or_else(|| self.absent(&entered.caller, bucket, key))
    }

    /// The bytes, read piece by piece as they are sent. An object that is overwritten meanwhile ends the answer early.
    fn bytes(self: &Arc<Self>, body: i64, range: Range<u64>) -> StreamingBlob {
        let inner = Arc::clone(self);
        let pieces = stream::unfold(range, move |mut rest| {
            let piece = inner.piece(body, &rest);
            async move {
                let piece = piece?;
                match &piece {
                    Ok(piece) => rest.start += piece.len() as u64,
                    Err(_) => rest.start = rest.end,
                }
                Some((piece, rest))
            }
        });
        StreamingBlob::wrap(pieces)
    }

    fn piece(&self, body: i64, rest: &Range<u64>) -> Option<Result<Bytes, std::io::Error>> {
        if rest.is_empty() {
            return None;
        }
        let piece = self.parts.queues.store().with(|conn| bodies::read(conn, body, rest));
        Some(match piece {
            Ok(Some(piece)) => Ok(piece),
            Ok(None) => Err(std::io::Error::other("the object was replaced while it was read")),
            Err(error) => Err(std::io::Error::other(error)),
        })
    }
}

impl Conditions {
    fn check(&self, object: &Object) -> S3Result<()> {
        let fits =
            |condition: &ETagCondition| condition.as_etag().is_none_or(|etag| etag.value() == object.etag);
        // Seconds, because that is what the client was told.
        let modified = timestamp(object.modified / 1_000 * 1_000);
        let matched = self.if_match.as_ref().map(fits);
        let unmodified = self.if_unmodified_since.as_ref().map(|since| modified <= *since);
        if matched == Some(false) || (matched.is_none() && unmodified == Some(false)) {
            return Err(s3_error!(
                PreconditionFailed,
                "At least one of the pre-conditions you specified did not hold"
            ));
        }
        let none_matched = self.if_none_match.as_ref().map(fits);
        let changed = self.if_modified_since.as_ref().map(|since| modified > *since);
        if none_matched == Some(true) || (none_matched.is_none() && changed == Some(false)) {
            return Err(s3_error!(NotModified));
        }
        Ok(())
    }
}

fn content_type(named: Option<String>) -> String {
    named.unwrap_or_else(|| "binary/octet-stream".to_owned())
}

/// Milliseconds since the epoch as S3's time.
pub(super) fn timestamp(millis: i64) -> s3s::dto::Timestamp {
    let time = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH);
    SystemTime::from(time).into()
}

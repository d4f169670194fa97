//! Copies within S3.

use s3s::dto::{
    CopyObjectInput, CopyObjectOutput, CopyObjectResult, CopySource, ETag, MetadataDirective,
    ObjectCannedACL, TaggingDirective,
};
use s3s::{S3Request, S3Result, s3_error};

use super::access::object_arn;
use super::notify::Happened;
use super::reading::timestamp;
use super::service::Inner;
use super::store::{self, Attributes, Object};
use super::writing::{check_metadata, encryption, refuse_acl, refuse_version};
use super::{bodies, tags};

impl Inner {
    pub(super) fn copy_object(&self, req: S3Request<CopyObjectInput>) -> S3Result<CopyObjectOutput> {
        let input = req.input;
        let CopySource::Bucket { bucket: from, key: source, version_id } = &input.copy_source else {
            return Err(s3_error!(NotImplemented, "The local cloud copies from buckets only"));
        };
        refuse_version(version_id.as_deref())?;
        refuse_acl(input.acl.as_ref().map(ObjectCannedACL::as_str))?;
        self.bucket(&input.bucket)?;
        self.bucket(from)?;
        let arn = object_arn(&input.bucket, &input.key);
        let entered = self.enter(&req.extensions, "CopyObject", "s3:PutObject", &arn)?;
        let caller = &entered.caller;
        self.check(caller, "s3:GetObject", &object_arn(from, source))?;
        let original = self.look(|conn| store::get(conn, from, source))?;
        let original = original.ok_or_else(|| self.absent(caller, from, source))?;
        let replaces = |directive: Option<&str>| directive == Some("REPLACE");
        let attributes = match replaces(input.metadata_directive.as_ref().map(MetadataDirective::as_str)) {
            true => Attributes {
                content_type: input.content_type,
                cache_control: input.cache_control,
                content_disposition: input.content_disposition,
                content_encoding: input.content_encoding,
                content_language: input.content_language,
                metadata: input.metadata.unwrap_or_default().into_iter().collect(),
            },
            false => original.attributes.clone(),
        };
        check_metadata(&attributes)?;
        let tags = match replaces(input.tagging_directive.as_ref().map(TaggingDirective::as_str)) {
            true => tags::of_header(input.tagging.as_deref())?,
            false => {
                if !original.tags.is_empty() {
                    self.check(caller, "s3:GetObjectTagging", &object_arn(from, source))?;
                }
                original.tags.clone()
            }
        };
        if !tags.is_empty() {
            self.check(caller, "s3:PutObjectTagging", &arn)?;
        }
        let onto_itself = (**from == *input.bucket) && (**source == *input.key);
        if onto_itself && attributes == original.attributes && tags == original.tags {
            return Err(s3_error!(
                InvalidRequest,
                "This copy request is illegal because it is trying to copy an object to itself without changing the \
                 object's metadata, storage class, website redirect location or encryption attributes."
            ));
        }
        let copy = self.change(|change| {
            // Looked up again: only what is read in this transaction is surely still there.
            let original = store::get(change.conn, from, source)?;
            let original = original.ok_or_else(|| self.absent(caller, from, source))?;
            let copy = Object {
                body: bodies::copy(change.conn, original.body)?,
                bucket: input.bucket,
                key: input.key,
                etag: original.etag,
                size: original.size,
                modified: self.now(),
                attributes,
                tags,
            };
            store::put(change.conn, &copy)?;
            self.tell(change, Happened::Copied, &copy, caller)?;
            Ok(copy)
        })?;
        let result = CopyObjectResult {
            e_tag: Some(ETag::Strong(copy.etag)),
            last_modified: Some(timestamp(copy.modified)),
            ..CopyObjectResult::default()
        };
        Ok(CopyObjectOutput {
            copy_object_result: Some(result),
            server_side_encryption: Some(encryption()),
            ..CopyObjectOutput::default()
        })
    }
}

//! Putting, tagging and deleting.

use futures::TryStreamExt as _;
use local_core::principal::Principal;
use s3s::dto::{
    Checksum, DeleteObjectInput, DeleteObjectOutput, DeleteObjectTaggingInput, DeleteObjectTaggingOutput,
    DeleteObjectsInput, DeleteObjectsOutput, DeletedObject, ETag, ETagCondition, Error,
    GetObjectTaggingInput, GetObjectTaggingOutput, PutObjectInput, PutObjectOutput, PutObjectTaggingInput,
    PutObjectTaggingOutput, ServerSideEncryption, StreamingBlob, Tag,
};
use s3s::{S3Error, S3Request, S3Result, s3_error};

use super::access::{bucket_arn, object_arn};
use super::notify::Happened;
use super::service::{Change, Inner, Trouble};
use super::store::{self, Attributes, Object, Tags};
use super::{bodies, checksums, tags};

/// The most keys of one `DeleteObjects`.
const MOST_KEYS: usize = 1_000;

/// The most bytes of all metadata of an object, names and values together.
const MOST_METADATA: usize = 2 * 1024;

/// An object that is to be.
pub(super) struct New<'d> {
    pub(super) bucket: String,
    pub(super) key: String,
    pub(super) attributes: Attributes,
    pub(super) tags: Tags,
    pub(super) data: &'d [u8],
}

/// What must be so before a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Precondition {
    None,
    /// No object has the key.
    Absent,
    /// An object has the key, with this ETag if one is named.
    Present(Option<String>),
}

impl Precondition {
    pub(super) fn of(
        if_match: Option<ETagCondition>,
        if_none_match: Option<ETagCondition>,
    ) -> S3Result<Self> {
        match (if_match, if_none_match) {
            (None, None) => Ok(Precondition::None),
            (None, Some(ETagCondition::Any)) => Ok(Precondition::Absent),
            (Some(ETagCondition::Any), None) => Ok(Precondition::Present(None)),
            (Some(ETagCondition::ETag(etag)), None) => Ok(Precondition::Present(Some(etag.into_value()))),
            _ => Err(s3_error!(
                NotImplemented,
                "A header you provided implies functionality that is not implemented"
            )),
        }
    }

    pub(super) fn check(&self, there: Option<&Object>) -> S3Result<()> {
        let holds = match (self, there) {
            (Precondition::None, _) | (Precondition::Absent, None) => true,
            (Precondition::Absent, Some(_)) => false,
            (Precondition::Present(_), None) => return Err(s3_error!(NoSuchKey)),
            (Precondition::Present(wanted), Some(there)) => {
                wanted.as_ref().is_none_or(|etag| *etag == there.etag)
            }
        };
        match holds {
            true => Ok(()),
            false => Err(s3_error!(
                PreconditionFailed,
                "At least one of the pre-conditions you specified did not hold"
            )),
        }
    }
}

impl Inner {
    /// Puts an object, and tells of it.
    pub(super) fn put(
        &self,
        new: New<'_>,
        precondition: &Precondition,
        happened: Happened,
        caller: &Principal,
    ) -> S3Result<Object> {
        check_metadata(&new.attributes)?;
        let etag = checksums::etag(new.data);
        self.change(|change| {
            precondition.check(store::get(change.conn, &new.bucket, &new.key)?.as_ref())?;
            let object = Object {
                body: bodies::keep(change.conn, new.data)?,
                bucket: new.bucket,
                key: new.key,
                etag,
                size: new.data.len() as u64,
                modified: self.now(),
                attributes: new.attributes,
                tags: new.tags,
            };
            store::put(change.conn, &object)?;
            self.tell(change, happened, &object, caller)?;
            Ok(object)
        })
    }

    pub(super) async fn put_object(&self, req: S3Request<PutObjectInput>) -> S3Result<PutObjectOutput> {
        let input = req.input;
        self.bucket(&input.bucket)?;
        let arn = object_arn(&input.bucket, &input.key);
        let entered = self.enter(&req.extensions, "PutObject", "s3:PutObject", &arn)?;
        let tags = tags::of_header(input.tagging.as_deref())?;
        if !tags.is_empty() {
            self.check(&entered.caller, "s3:PutObjectTagging", &arn)?;
        }
        refuse_acl(input.acl.as_ref().map(s3s::dto::ObjectCannedACL::as_str))?;
        let precondition = Precondition::of(input.if_match, input.if_none_match)?;
        let announced = Checksum {
            checksum_crc32: input.checksum_crc32,
            checksum_crc32c: input.checksum_crc32c,
            checksum_crc64nvme: input.checksum_crc64nvme,
            checksum_sha1: input.checksum_sha1,
            checksum_sha256: input.checksum_sha256,
            ..Checksum::default()
        };
        let attributes = Attributes {
            content_type: input.content_type,
            cache_control: input.cache_control,
            content_disposition: input.content_disposition,
            content_encoding: input.content_encoding,
            content_language: input.content_language,
            metadata: input.metadata.unwrap_or_default().into_iter().collect(),
        };
        let data = collected(input.body).await?;
        let sums = checksums::verify(&data, &announced, input.content_md5.as_deref())?;
        let new = New { bucket: input.bucket, key: input.key, attributes, tags, data: &data };
        let object = self.put(new, &precondition, Happened::Put, &entered.caller)?;
        Ok(PutObjectOutput {
            e_tag: Some(ETag::Strong(object.etag)),
            server_side_encryption: Some(encryption()),
            checksum_crc32: sums.checksum_crc32,
            checksum_crc32c: sums.checksum_crc32c,
            checksum_crc64nvme: sums.checksum_crc64nvme,
            checksum_sha1: sums.checksum_sha1,
            checksum_sha256: sums.checksum_sha256,
            ..PutObjectOutput::default()
        })
    }

    pub(super) fn delete_object(&self, req: &S3Request<DeleteObjectInput>) -> S3Result<DeleteObjectOutput> {
        let DeleteObjectInput { bucket, key, .. } = &req.input;
        self.bucket(bucket)?;
        let arn = object_arn(bucket, key);
        let entered = self.enter(&req.extensions, "DeleteObject", "s3:DeleteObject", &arn)?;
        refuse_version(req.input.version_id.as_deref())?;
        self.change(|change| self.remove(change, bucket, key, &entered.caller))?;
        Ok(DeleteObjectOutput::default())
    }

    pub(super) fn delete_objects(
        &self,
        req: &S3Request<DeleteObjectsInput>,
    ) -> S3Result<DeleteObjectsOutput> {
        let bucket = &req.input.bucket;
        self.bucket(bucket)?;
        let keys = &req.input.delete.objects;
        if keys.is_empty() || keys.len() > MOST_KEYS {
            return Err(s3_error!(MalformedXML));
        }
        // Each key has a right of its own; the call as a whole needs none.
        let entered = self.entered(&req.extensions, "DeleteObjects")?;
        let quiet = req.input.delete.quiet.unwrap_or(false);
        let (mut deleted, mut errors) = (Vec::new(), Vec::new());
        for key in keys.iter().map(|wanted| &wanted.key) {
            let arn = object_arn(bucket, key);
            let outcome = self
                .check(&entered.caller, "s3:DeleteObject", &arn)
                .and_then(|()| self.change(|change| self.remove(change, bucket, key, &entered.caller)));
            match outcome {
                Ok(()) if quiet => {}
                Ok(()) => deleted.push(DeletedObject { key: Some(key.clone()), ..DeletedObject::default() }),
                Err(error) => errors.push(Error {
                    code: Some(error.code().as_str().to_owned()),
                    key: Some(key.clone()),
                    message: error.message().map(str::to_owned),
                    ..Error::default()
                }),
            }
        }
        Ok(DeleteObjectsOutput {
            deleted: Some(deleted),
            errors: Some(errors),
            ..DeleteObjectsOutput::default()
        })
    }

    /// Removes an object if it is there, and tells of it.
    fn remove(
        &self,
        change: &mut Change<'_>,
        bucket: &str,
        key: &str,
        caller: &Principal,
    ) -> Result<(), Trouble> {
        if let Some(object) = store::delete(change.conn, bucket, key)? {
            self.tell(change, Happened::Deleted, &object, caller)?;
        }
        Ok(())
    }

    pub(super) fn get_object_tagging(
        &self,
        req: &S3Request<GetObjectTaggingInput>,
    ) -> S3Result<GetObjectTaggingOutput> {
        let GetObjectTaggingInput { bucket, key, .. } = &req.input;
        self.bucket(bucket)?;
        let arn = object_arn(bucket, key);
        let entered = self.enter(&req.extensions, "GetObjectTagging", "s3:GetObjectTagging", &arn)?;
        let object = self.look(|conn| store::get(conn, bucket, key))?;
        let object = object.ok_or_else(|| self.absent(&entered.caller, bucket, key))?;
        let tag_set = object.tags.into_iter().map(|(key, value)| Tag { key: Some(key), value: Some(value) });
        Ok(GetObjectTaggingOutput { tag_set: tag_set.collect(), ..GetObjectTaggingOutput::default() })
    }

    pub(super) fn put_object_tagging(
        &self,
        req: S3Request<PutObjectTaggingInput>,
    ) -> S3Result<PutObjectTaggingOutput> {
        let PutObjectTaggingInput { bucket, key, tagging, .. } = req.input;
        self.bucket(&bucket)?;
        let arn = object_arn(&bucket, &key);
        let entered = self.enter(&req.extensions, "PutObjectTagging", "s3:PutObjectTagging", &arn)?;
        let pairs = tagging.tag_set.into_iter();
        let pairs = pairs.map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default()));
        let tags = tags::checked(pairs)?;
        self.tag(&bucket, &key, &tags, Happened::Tagged, &entered.caller)?;
        Ok(PutObjectTaggingOutput::default())
    }

    pub(super) fn delete_object_tagging(
        &self,
        req: &S3Request<DeleteObjectTaggingInput>,
    ) -> S3Result<DeleteObjectTaggingOutput> {
        let DeleteObjectTaggingInput { bucket, key, .. } = &req.input;
        self.bucket(bucket)?;
        let arn = object_arn(bucket, key);
        let entered = self.enter(&req.extensions, "DeleteObjectTagging", "s3:DeleteObjectTagging", &arn)?;
        self.tag(bucket, key, &Tags::new(), Happened::Untagged, &entered.caller)?;
        Ok(DeleteObjectTaggingOutput::default())
    }

    fn tag(
        &self,
        bucket: &str,
        key: &str,
        tags: &Tags,
        happened: Happened,
        caller: &Principal,
    ) -> S3Result<()> {
        self.change(|change| {
            let object = store::get(change.conn, bucket, key)?;
            let object = object.ok_or_else(|| self.absent(caller, bucket, key))?;
            store::set_tags(change.conn, bucket, key, tags)?;
            Ok(self.tell(change, happened, &object, caller)?)
        })
    }

    /// Whether the bucket can be listed: what `HeadBucket` asks.
    pub(super) fn head_bucket(&self, extensions: &http::Extensions, bucket: &str) -> S3Result<()> {
        self.bucket(bucket)?;
        self.enter(extensions, "HeadBucket", "s3:ListBucket", &bucket_arn(bucket)).map(drop)
    }
}

/// All bytes of a body. The gateway has bounded them already.
pub(super) async fn collected(body: Option<StreamingBlob>) -> S3Result<Vec<u8>> {
    let Some(body) = body else { return Ok(Vec::new()) };
    let pieces: Vec<bytes::Bytes> = body
        .try_collect()
        .await
        .map_err(|error| S3Error::with_source(s3s::S3ErrorCode::IncompleteBody, error))?;
    Ok(pieces.concat())
}

/// Buckets have no access control lists since April 2023, unless a template brings them back, which is not followed.
pub(super) fn refuse_acl(acl: Option<&str>) -> S3Result<()> {
    match acl {
        None | Some("bucket-owner-full-control") => Ok(()),
        Some(_) => Err(s3_error!(AccessControlListNotSupported, "The bucket does not allow ACLs")),
    }
}

pub(super) fn refuse_version(version: Option<&str>) -> S3Result<()> {
    match version {
        None | Some("null") => Ok(()),
        Some(_) => Err(s3_error!(NotImplemented, "The local cloud keeps no versions of objects")),
    }
}

pub(super) fn check_metadata(attributes: &Attributes) -> S3Result<()> {
    let bytes: usize = attributes.metadata.iter().map(|(name, value)| name.len() + value.len()).sum();
    match bytes > MOST_METADATA {
        true => {
            Err(s3_error!(MetadataTooLarge, "Your metadata headers exceed the maximum allowed metadata size"))
        }
        false => Ok(()),
    }
}

/// What every object has on S3 since January 2023.
pub(super) fn encryption() -> ServerSideEncryption {
    ServerSideEncryption::from_static(ServerSideEncryption::AES256)
}

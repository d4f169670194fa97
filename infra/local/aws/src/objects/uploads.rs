//! Uploads in parts.

use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, Checksum, CompleteMultipartUploadInput,
    CompleteMultipartUploadOutput, CompletedPart, CreateMultipartUploadInput, CreateMultipartUploadOutput,
    ETag, ListPartsInput, ListPartsOutput, ObjectCannedACL, UploadPartInput, UploadPartOutput,
};
use s3s::{S3Error, S3Request, S3Result, s3_error};

use super::access::object_arn;
use super::notify::Happened;
use super::reading::timestamp;
use super::service::Inner;
use super::store::{self, Attributes, Object, Part, Upload};
use super::writing::{Precondition, check_metadata, collected, encryption, refuse_acl};
use super::{bodies, checksums, tags};
use crate::http::request_id;

/// The least bytes of every part but the last.
const LEAST: u64 = 5 * 1024 * 1024;

/// The highest number of a part.
const MOST_PARTS: i32 = 10_000;

impl Inner {
    pub(super) fn create_upload(
        &self,
        req: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<CreateMultipartUploadOutput> {
        let input = req.input;
        self.bucket(&input.bucket)?;
        let arn = object_arn(&input.bucket, &input.key);
        let entered = self.enter(&req.extensions, "CreateMultipartUpload", "s3:PutObject", &arn)?;
        refuse_acl(input.acl.as_ref().map(ObjectCannedACL::as_str))?;
        let tags = tags::of_header(input.tagging.as_deref())?;
        if !tags.is_empty() {
            self.check(&entered.caller, "s3:PutObjectTagging", &arn)?;
        }
        let upload = Upload {
            id: request_id(),
            bucket: input.bucket,
            key: input.key,
            started: self.now(),
            attributes: Attributes {
                content_type: input.content_type,
                cache_control: input.cache_control,
                content_disposition: input.content_disposition,
                content_encoding: input.content_encoding,
                content_language: input.content_language,
                metadata: input.metadata.unwrap_or_default().into_iter().collect(),
            },
            tags,
        };
        check_metadata(&upload.attributes)?;
        self.change(|change| Ok(store::begin(change.conn, &upload)?))?;
        Ok(CreateMultipartUploadOutput {
            bucket: Some(upload.bucket),
            key: Some(upload.key),
            upload_id: Some(upload.id),
            server_side_encryption: Some(encryption()),
            ..CreateMultipartUploadOutput::default()
        })
    }

    pub(super) async fn upload_part(&self, req: S3Request<UploadPartInput>) -> S3Result<UploadPartOutput> {
        let input = req.input;
        let (bucket, key) = (input.bucket, input.key);
        self.bucket(&bucket)?;
        let arn = object_arn(&bucket, &key);
        let _entered = self.enter(&req.extensions, "UploadPart", "s3:PutObject", &arn)?;
        if !(1..=MOST_PARTS).contains(&input.part_number) {
            return Err(s3_error!(
                InvalidArgument,
                "Part number must be an integer between 1 and 10000, inclusive"
            ));
        }
        let announced = Checksum {
            checksum_crc32: input.checksum_crc32,
            checksum_crc32c: input.checksum_crc32c,
            checksum_crc64nvme: input.checksum_crc64nvme,
            checksum_sha1: input.checksum_sha1,
            checksum_sha256: input.checksum_sha256,
            ..Checksum::default()
        };
        let data = collected(input.body).await?;
        let sums = checksums::verify(&data, &announced, input.content_md5.as_deref())?;
        let etag = checksums::etag(&data);
        self.change(|change| {
            let upload = store::upload(change.conn, &input.upload_id, &bucket, &key)?;
            upload.ok_or_else(no_such_upload)?;
            let part = Part {
                number: input.part_number,
                etag: etag.clone(),
                size: data.len() as u64,
                modified: self.now(),
                body: bodies::keep(change.conn, &data)?,
            };
            Ok(store::put_part(change.conn, &input.upload_id, &part)?)
        })?;
        Ok(UploadPartOutput {
            e_tag: Some(ETag::Strong(etag)),
            server_side_encryption: Some(encryption()),
            checksum_crc32: sums.checksum_crc32,
            checksum_crc32c: sums.checksum_crc32c,
            checksum_crc64nvme: sums.checksum_crc64nvme,
            checksum_sha1: sums.checksum_sha1,
            checksum_sha256: sums.checksum_sha256,
            ..UploadPartOutput::default()
        })
    }

    pub(super) fn complete_upload(
        &self,
        req: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<CompleteMultipartUploadOutput> {
        let input = req.input;
        let (bucket, key) = (input.bucket, input.key);
        self.bucket(&bucket)?;
        let arn = object_arn(&bucket, &key);
        let entered = self.enter(&req.extensions, "CompleteMultipartUpload", "s3:PutObject", &arn)?;
        let precondition = Precondition::of(input.if_match, input.if_none_match)?;
        let wanted = input.multipart_upload.and_then(|upload| upload.parts).unwrap_or_default();
        let object = self.change(|change| {
            let upload = store::upload(change.conn, &input.upload_id, &bucket, &key)?;
            let upload = upload.ok_or_else(no_such_upload)?;
            let chosen = chosen(&wanted, &store::parts(change.conn, &upload.id)?)?;
            precondition.check(store::get(change.conn, &bucket, &key)?.as_ref())?;
            let pieces: Vec<_> = chosen.iter().map(|part| (part.body, part.size)).collect();
            let object = Object {
                body: bodies::join(change.conn, &pieces)?,
                bucket: bucket.clone(),
                key: key.clone(),
                etag: checksums::etag_of_parts(chosen.iter().map(|part| part.etag.as_str())),
                size: chosen.iter().map(|part| part.size).sum(),
                modified: self.now(),
                attributes: upload.attributes,
                tags: upload.tags,
            };
            store::end(change.conn, &upload.id)?;
            store::put(change.conn, &object)?;
            self.tell(change, Happened::Completed, &object, &entered.caller)?;
            Ok(object)
        })?;
        Ok(CompleteMultipartUploadOutput {
            location: Some(format!("/{bucket}/{key}")),
            bucket: Some(bucket),
            key: Some(key),
            e_tag: Some(ETag::Strong(object.etag)),
            server_side_encryption: Some(encryption()),
            ..CompleteMultipartUploadOutput::default()
        })
    }

    pub(super) fn abort_upload(
        &self,
        req: &S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<AbortMultipartUploadOutput> {
        let AbortMultipartUploadInput { bucket, key, upload_id, .. } = &req.input;
        self.bucket(bucket)?;
        let arn = object_arn(bucket, key);
        let _entered =
            self.enter(&req.extensions, "AbortMultipartUpload", "s3:AbortMultipartUpload", &arn)?;
        self.change(|change| {
            store::upload(change.conn, upload_id, bucket, key)?.ok_or_else(no_such_upload)?;
            Ok(store::end(change.conn, upload_id)?)
        })?;
        Ok(AbortMultipartUploadOutput::default())
    }

    pub(super) fn list_parts(&self, req: &S3Request<ListPartsInput>) -> S3Result<ListPartsOutput> {
        let ListPartsInput { bucket, key, upload_id, max_parts, part_number_marker, .. } = &req.input;
        self.bucket(bucket)?;
        let arn = object_arn(bucket, key);
        let _entered = self.enter(&req.extensions, "ListParts", "s3:ListMultipartUploadParts", &arn)?;
        let upload = self.look(|conn| store::upload(conn, upload_id, bucket, key))?;
        upload.ok_or_else(no_such_upload)?;
        let marker = part_number_marker.as_ref().and_then(|marker| marker.to_string().parse().ok());
        let marker: i32 = marker.unwrap_or(0);
        let most = usize::try_from(max_parts.unwrap_or(1_000).clamp(0, 1_000)).unwrap_or(1_000);
        let parts = self.look(|conn| store::parts(conn, upload_id))?;
        let rest: Vec<_> = parts.into_iter().filter(|part| part.number > marker).collect();
        let is_truncated = rest.len() > most;
        let page: Vec<_> = rest.into_iter().take(most).map(shown).collect();
        Ok(ListPartsOutput {
            bucket: Some(bucket.clone()),
            key: Some(key.clone()),
            upload_id: Some(upload_id.clone()),
            is_truncated: Some(is_truncated),
            max_parts: i32::try_from(most).ok(),
            next_part_number_marker: page
                .last()
                .and_then(|part| part.part_number)
                .and_then(|number| number.to_string().parse().ok()),
            parts: Some(page),
            ..ListPartsOutput::default()
        })
    }
}

fn shown(part: Part) -> s3s::dto::Part {
    s3s::dto::Part {
        e_tag: Some(ETag::Strong(part.etag)),
        last_modified: Some(timestamp(part.modified)),
        part_number: Some(part.number),
        size: i64::try_from(part.size).ok(),
        ..s3s::dto::Part::default()
    }
}

/// The parts that a client names, in its order, which must be that of their numbers.
fn chosen(wanted: &[CompletedPart], there: &[Part]) -> S3Result<Vec<Part>> {
    if wanted.is_empty() {
        return Err(s3_error!(MalformedXML, "You must specify at least one part"));
    }
    let numbers: Vec<_> = wanted.iter().map(|part| part.part_number.unwrap_or_default()).collect();
    if numbers.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err(s3_error!(InvalidPartOrder, "The list of parts was not in ascending order."));
    }
    let mut chosen: Vec<Part> = Vec::new();
    for part in wanted {
        let etag = part.e_tag.as_ref().map(ETag::value);
        let fits = |there: &&Part| Some(there.number) == part.part_number && Some(&*there.etag) == etag;
        let found = there.iter().find(fits).ok_or_else(|| {
            s3_error!(
                InvalidPart,
                "One or more of the specified parts could not be found. The part may not have been uploaded, or the \
                 specified entity tag may not match the part's entity tag."
            )
        })?;
        chosen.push(found.clone());
    }
    let (_, others) = chosen.split_last().unwrap_or_else(|| (&chosen[0], &[]));
    match others.iter().any(|part| part.size < LEAST) {
        true => {
            Err(s3_error!(EntityTooSmall, "Your proposed upload is smaller than the minimum allowed size"))
        }
        false => Ok(chosen),
    }
}

fn no_such_upload() -> S3Error {
    s3_error!(
        NoSuchUpload,
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or \
         completed."
    )
}

//! Checksums that a client sends along with bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use s3s::checksum::ChecksumHasher;
use s3s::crypto::{Checksum as _, Md5};
use s3s::dto::Checksum;
use s3s::{S3Result, s3_error};

/// The ETag of bytes, without quotes.
pub(super) fn etag(data: &[u8]) -> String {
    hex::encode(md5(data))
}

/// The ETag of an object that was put together from parts with these ETags.
pub(super) fn etag_of_parts<'e>(etags: impl ExactSizeIterator<Item = &'e str>) -> String {
    let count = etags.len();
    let mut hasher = Md5::new();
    // Every ETag of a part is one of ours, and so is hexadecimal.
    etags.for_each(|etag| hasher.update(&hex::decode(etag).unwrap_or_default()));
    format!("{}-{count}", hex::encode(hasher.finalize()))
}

/// Refuses bytes that do not fit what was announced; answers the checksums, to be sent back.
pub(super) fn verify(data: &[u8], announced: &Checksum, md5: Option<&str>) -> S3Result<Checksum> {
    let mut hasher = ChecksumHasher {
        crc32: announced.checksum_crc32.is_some().then(s3s::crypto::Crc32::new),
        crc32c: announced.checksum_crc32c.is_some().then(s3s::crypto::Crc32c::new),
        sha1: announced.checksum_sha1.is_some().then(s3s::crypto::Sha1::new),
        sha256: announced.checksum_sha256.is_some().then(s3s::crypto::Sha256::new),
        crc64nvme: announced.checksum_crc64nvme.is_some().then(s3s::crypto::Crc64Nvme::new),
    };
    hasher.update(data);
    let found = hasher.finalize();
    let fits = found.checksum_crc32 == announced.checksum_crc32
        && found.checksum_crc32c == announced.checksum_crc32c
        && found.checksum_sha1 == announced.checksum_sha1
        && found.checksum_sha256 == announced.checksum_sha256
        && found.checksum_crc64nvme == announced.checksum_crc64nvme;
    let md5_fits = md5.is_none_or(|md5| STANDARD.encode(self::md5(data)) == md5);
    match fits && md5_fits {
        true => Ok(found),
        false => {
            Err(s3_error!(BadDigest, "The checksum you specified did not match the calculated checksum."))
        }
    }
}

fn md5(data: &[u8]) -> impl AsRef<[u8]> {
    let mut hasher = Md5::new();
    hasher.update(data);
    hasher.finalize()
}

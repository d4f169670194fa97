//! What functions do with objects themselves.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{Builder, RequestChecksumCalculation};
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use aws_types::SdkConfig;
use bytes::Bytes;
use domain::Error;

/// The objects of a bucket.
#[derive(Debug, Clone)]
pub struct Objects {
    client: Client,
    bucket: String,
}

/// An object as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its bytes.
    pub bytes: Bytes,
    /// What it calls itself.
    pub content_type: String,
}

impl Objects {
    /// The objects of the bucket of this name. `Internal` if there is none.
    pub fn open(sdk: &SdkConfig, bucket: Option<&str>) -> Result<Self, Error> {
        let bucket = bucket.ok_or_else(|| Error::internal("BUCKET_NAME is not set"))?.to_owned();
        // Where another endpoint is configured, buckets are paths of it.
        let config = Builder::from(sdk)
            .force_path_style(sdk.endpoint_url().is_some())
            .timeout_config(timeouts())
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .build();
        Ok(Objects { client: Client::from_conf(config), bucket })
    }

    /// A whole object; none if it is not there, or has been written again since it had this ETag.
    pub async fn read(&self, key: &str, etag: &str) -> Result<Option<Stored>, Error> {
        let request = self.client.get_object().bucket(&self.bucket).key(key).if_match(format!("\"{etag}\""));
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(failure) if is_gone(&failure) => return Ok(None),
            Err(failure) => return Err(error("GetObject", &failure)),
        };
        let content_type = answer.content_type.unwrap_or_default();
        let bytes = answer.body.collect().await;
        let bytes = bytes.map_err(|error| Error::unavailable(format!("GetObject: {error}")))?.into_bytes();
        Ok(Some(Stored { bytes, content_type }))
    }

    /// Writes an object, in place of one that is there.
    pub async fn write(&self, key: &str, object: Stored) -> Result<(), Error> {
        let request = self.client.put_object().bucket(&self.bucket).key(key);
        let request = request.content_type(object.content_type).body(ByteStream::from(object.bytes));
        request.send().await.map(drop).map_err(|failure| error("PutObject", &failure))
    }

    /// Removes an object; one that is not there is no error.
    pub async fn remove(&self, key: &str) -> Result<(), Error> {
        let request = self.client.delete_object().bucket(&self.bucket).key(key);
        request.send().await.map(drop).map_err(|failure| error("DeleteObject", &failure))
    }
}

/// Longer than for other services: an object may have a hundred megabytes.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(20))
        .operation_timeout(Duration::from_secs(45))
        .build()
}

fn is_gone<E: ProvideErrorMetadata, R>(failure: &SdkError<E, R>) -> bool {
    let code = failure.as_service_error().and_then(ProvideErrorMetadata::code);
    matches!(code, Some("NoSuchKey" | "NotFound" | "PreconditionFailed"))
}

/// Whatever went wrong is tried again by who called, except what we are not allowed.
fn error<E, R>(operation: &str, failure: &SdkError<E, R>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    let inner = format!("{operation}: {}", DisplayErrorContext(failure));
    match failure.as_service_error().and_then(ProvideErrorMetadata::code) {
        Some("AccessDenied" | "NoSuchBucket" | "InvalidRequest") => Error::internal(inner),
        _ => Error::unavailable(inner),
    }
}

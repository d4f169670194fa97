//! Which bucket a request is about: named in the path, or in the host.

use http::HeaderMap;
use http::header::HOST;
use percent_encoding::percent_decode_str;

/// A request's address with the bucket in the path, where S3 takes it from either place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// None for what is about no bucket.
    pub(super) bucket: Option<String>,
    /// With the bucket, percent-encoded as sent.
    pub(super) path: String,
}

impl Address {
    /// Reads host and path; `is_bucket` knows the names of buckets.
    pub(super) fn read(headers: &HeaderMap, path: &str, is_bucket: impl Fn(&str) -> bool) -> Self {
        if let Some(bucket) = bucket_of_host(headers).filter(|bucket| is_bucket(bucket)) {
            return Address { path: format!("/{bucket}{path}"), bucket: Some(bucket) };
        }
        let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        let bucket = percent_decode_str(first).decode_utf8_lossy().into_owned();
        Address { bucket: Some(bucket).filter(|name| !name.is_empty()), path: path.to_owned() }
    }

    /// Whether it names a bucket and nothing in it.
    pub(super) fn is_bucket(&self) -> bool {
        self.path.trim_matches('/').split('/').count() == 1 && self.bucket.is_some()
    }
}

/// `BUCKET.localhost`, `BUCKET.s3.localhost`.
fn bucket_of_host(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(HOST)?.to_str().ok()?.to_ascii_lowercase();
    let name = host.split(':').next().unwrap_or_default();
    let below = name.strip_suffix(".localhost")?;
    Some(below.strip_suffix(".s3").unwrap_or(below).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(host: &str, path: &str) -> Address {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        Address::read(&headers, path, |name| name == "media")
    }

    #[test]
    fn a_bucket_stands_in_the_host_or_in_the_path() {
        for (host, path) in [
            ("media.localhost:4000", "/a/b%20c"),
            ("media.s3.localhost", "/a/b%20c"),
            ("localhost:4000", "/media/a/b%20c"),
            ("127.0.0.1:4000", "/media/a/b%20c"),
        ] {
            let address = read(host, path);
            assert_eq!((address.bucket.as_deref(), address.path.as_str()), (Some("media"), "/media/a/b%20c"));
            assert!(!address.is_bucket());
        }
        assert!(read("media.localhost", "/").is_bucket());
        assert!(read("localhost", "/media").is_bucket() && read("localhost", "/media/").is_bucket());
    }

    #[test]
    fn hosts_that_are_no_buckets_leave_the_path_alone() {
        assert_eq!(read("chat.localhost:4000", "/graphql").bucket.as_deref(), Some("graphql"));
        assert_eq!(read("localhost", "/").bucket, None);
    }
}

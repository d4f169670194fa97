//! Who may do what: the caller's own policies, and what the bucket's policy denies to everybody.

use http::Extensions;
use local_core::principal::Principal;
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

use super::calls::Call;
use super::service::Inner;
use crate::http::denial;
use crate::template::BucketSpec;

/// The caller of a request, put there by whoever checked the signature.
#[derive(Debug, Clone)]
pub(super) struct Caller(pub(super) Principal);

/// A call that may go on; it is in the journal once it is dropped.
pub(super) struct Entered {
    pub(super) caller: Principal,
    _call: Call,
}

impl Inner {
    /// Lets a caller in who may do `action` on a resource, and begins the journal's entry of the operation.
    pub(super) fn enter(
        &self,
        extensions: &Extensions,
        operation: &'static str,
        action: &str,
        resource: &str,
    ) -> S3Result<Entered> {
        let entered = self.entered(extensions, operation)?;
        self.check(&entered.caller, action, resource)?;
        Ok(entered)
    }

    /// The same for an operation that checks the rights to each of its resources by itself.
    pub(super) fn entered(&self, extensions: &Extensions, operation: &'static str) -> S3Result<Entered> {
        let Some(Caller(caller)) = extensions.get::<Caller>().cloned() else {
            return Err(s3_error!(AccessDenied, "Access Denied"));
        };
        let call = Call::begin(&caller, operation);
        Ok(Entered { caller, _call: call })
    }

    /// Whether a caller may do something; the answer counts as a use of the grant.
    pub(super) fn allows(&self, caller: &Principal, action: &str, resource: &str) -> bool {
        let denied =
            |bucket: &BucketSpec| bucket.denies.iter().any(|statement| statement.denies(action, resource));
        let exempt = *caller == Principal::Developer;
        (exempt || !self.buckets.iter().any(denied))
            && self.parts.authorizer.allows(caller, action, resource, &[])
    }

    pub(super) fn check(&self, caller: &Principal, action: &str, resource: &str) -> S3Result<()> {
        match self.allows(caller, action, resource) {
            true => Ok(()),
            false => Err(S3Error::with_message(S3ErrorCode::AccessDenied, denial(caller, action, resource))),
        }
    }

    /// What is said of an object that is not there: only who may list the bucket may learn that.
    pub(super) fn absent(&self, caller: &Principal, bucket: &str, key: &str) -> S3Error {
        match self.check(caller, "s3:ListBucket", &bucket_arn(bucket)) {
            Ok(()) => {
                tracing::debug!(bucket, length = key.len(), "no such key");
                s3_error!(NoSuchKey, "The specified key does not exist.")
            }
            Err(denied) => denied,
        }
    }

    /// The bucket of this name.
    pub(super) fn bucket(&self, name: &str) -> S3Result<&BucketSpec> {
        let bucket = self.buckets.iter().find(|bucket| bucket.name == name);
        bucket.ok_or_else(|| s3_error!(NoSuchBucket, "The specified bucket does not exist"))
    }
}

/// The ARN that policies name a bucket by.
pub(super) fn bucket_arn(bucket: &str) -> String {
    format!("arn:aws:s3:::{bucket}")
}

/// The ARN that policies name an object by.
pub(super) fn object_arn(bucket: &str, key: &str) -> String {
    format!("arn:aws:s3:::{bucket}/{key}")
}

//! The service as a value.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use jiff::Timestamp;
use local_core::clock::Clock;
use local_core::verify::SignedRequest;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{S3Error, S3Result, s3_error};
use serde::Serialize;

use super::access::Caller;
use super::address::Address;
use super::cors::{self, Preflight};
use super::operations::Shop;
use super::store::{self, Object, Tags};
use super::{form, plain};
use crate::events::{Bus, Delivery};
use crate::http::{Authorizer, request_id};
use crate::queues::{Queues, StoreError};
use crate::signature::Verifier;
use crate::template::BucketSpec;

/// What S3 needs of others.
pub struct Parts {
    /// The time of objects, signatures and lifecycles.
    pub clock: Clock,
    /// Who signed.
    pub verifier: Arc<Verifier>,
    /// Who may do what.
    pub authorizer: Arc<dyn Authorizer>,
    /// Where objects are kept.
    pub queues: Queues,
    /// Who is told.
    pub bus: Bus,
}

/// S3. Cheap to clone; clones hold the same objects.
#[derive(Clone)]
pub struct Objects {
    pub(super) inner: Arc<Inner>,
    wire: S3Service,
}

pub(super) struct Inner {
    pub(super) buckets: Vec<BucketSpec>,
    pub(super) parts: Parts,
}

/// An object as people and tests see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectInfo {
    /// The bucket.
    pub bucket: String,
    /// The key.
    pub key: String,
    /// In bytes.
    pub size: u64,
    /// The media type, as the client named it.
    pub content_type: Option<String>,
    /// When it was put.
    pub modified: Timestamp,
    /// Its tags.
    pub tags: Tags,
}

/// A change under way: all of it is kept, or nothing.
pub(super) struct Change<'a> {
    pub(super) conn: &'a rusqlite::Connection,
    /// What is delivered once the change is kept.
    pub(super) kept: Vec<Delivery>,
}

/// Why a change is not kept.
pub(super) enum Trouble {
    Refused(S3Error),
    Database(rusqlite::Error),
}

impl From<S3Error> for Trouble {
    fn from(error: S3Error) -> Self {
        Trouble::Refused(error)
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Trouble::Database(error)
    }
}

impl Objects {
    /// The buckets of the template, with what is in them.
    pub fn new(buckets: Vec<BucketSpec>, parts: Parts) -> Self {
        let inner = Arc::new(Inner { buckets, parts });
        let wire = S3ServiceBuilder::new(Shop::new(Arc::clone(&inner))).build();
        Objects { inner, wire }
    }

    /// Whether a request is for S3: it names a bucket in its path or its host, or is signed for S3.
    pub fn is_for(&self, request: &http::request::Parts) -> bool {
        let address = self.address(request);
        let names_a_bucket = address.bucket.is_some_and(|bucket| self.is_bucket(&bucket));
        names_a_bucket || plain::is_signed_for_s3(request)
    }

    /// Answers one HTTP request, signature and all.
    pub async fn handle_http(&self, request: Request<Bytes>) -> Response<axum::body::Body> {
        let (parts, body) = request.into_parts();
        let address = self.address(&parts);
        let bucket = self.inner.buckets.iter().find(|bucket| Some(&bucket.name) == address.bucket.as_ref());
        let rules = bucket.map(|bucket| bucket.cors.as_slice()).unwrap_or_default();
        if let Some(preflight) = Preflight::read(&parts.method, &parts.headers) {
            return match preflight.answer(rules) {
                Some(headers) => finished(Response::new(axum::body::Body::empty()), headers),
                None => finished(refused(forbidden_origin()), HeaderMap::new()),
            };
        }
        let page = cors::headers(rules, &parts.method, &parts.headers);
        let is_form = parts.method == Method::POST && form::is_form(&parts.headers) && address.is_bucket();
        let answer = match is_form {
            true => form::post(&self.inner, &address, &parts.headers, body).await,
            false => self.operate(parts, body, &address).await,
        };
        finished(answer.unwrap_or_else(refused), page)
    }

    /// The objects of all buckets, by bucket and key.
    pub fn list(&self) -> Result<Vec<ObjectInfo>, StoreError> {
        let mut objects = Vec::new();
        for bucket in &self.inner.buckets {
            let of_bucket =
                self.inner.parts.queues.store().with(|conn| store::list(conn, &bucket.name, "", ""))?;
            objects.extend(of_bucket.into_iter().map(info));
        }
        Ok(objects)
    }

    async fn operate(
        &self,
        parts: http::request::Parts,
        body: Bytes,
        address: &Address,
    ) -> S3Result<Response<axum::body::Body>> {
        let caller = self.inner.parts.verifier.signer_of_objects(&SignedRequest {
            service: "s3",
            method: parts.method.as_str(),
            path: parts.uri.path(),
            query: parts.uri.query().unwrap_or_default(),
            headers: &parts.headers,
            body: &body,
        });
        let caller = caller.map_err(plain::refusal)?;
        if let Some(bucket) = &address.bucket {
            self.inner.bucket(bucket)?;
        }
        let mut request = plain::request(parts, body, &address.path)?;
        request.extensions_mut().insert(Caller(caller));
        let answer = self.wire.call(request).await.map_err(|error| {
            tracing::error!(?error, "an answer of S3 could not be written");
            s3_error!(InternalError)
        })?;
        Ok(answer.map(axum::body::Body::new))
    }

    fn address(&self, request: &http::request::Parts) -> Address {
        Address::read(&request.headers, request.uri.path(), |name| self.is_bucket(name))
    }

    fn is_bucket(&self, name: &str) -> bool {
        self.inner.buckets.iter().any(|bucket| bucket.name == name)
    }
}

impl Inner {
    /// Changes something, with all that follows from it, or nothing.
    pub(super) fn change<T>(&self, work: impl FnOnce(&mut Change<'_>) -> Result<T, Trouble>) -> S3Result<T> {
        let done = self.parts.queues.store().with(|conn| {
            let transaction = conn.unchecked_transaction()?;
            let mut change = Change { conn: &transaction, kept: Vec::new() };
            match work(&mut change) {
                Ok(answer) => {
                    let kept = change.kept;
                    transaction.commit()?;
                    Ok(Ok((answer, kept)))
                }
                Err(Trouble::Refused(error)) => Ok(Err(error)),
                Err(Trouble::Database(error)) => Err(error),
            }
        });
        let (answer, kept) = done.map_err(S3Error::internal_error)??;
        self.parts.bus.begin(kept);
        Ok(answer)
    }

    /// Looks something up.
    pub(super) fn look<T>(
        &self,
        work: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T>,
    ) -> S3Result<T> {
        self.parts.queues.store().with(work).map_err(S3Error::internal_error)
    }

    /// Milliseconds since the epoch.
    pub(super) fn now(&self) -> i64 {
        self.parts.clock.now().as_millisecond()
    }
}

fn info(object: Object) -> ObjectInfo {
    ObjectInfo {
        bucket: object.bucket,
        key: object.key,
        size: object.size,
        content_type: object.attributes.content_type,
        modified: Timestamp::from_millisecond(object.modified).unwrap_or(Timestamp::UNIX_EPOCH),
        tags: object.tags,
    }
}

fn forbidden_origin() -> S3Error {
    let mut error = S3Error::with_message(
        s3s::S3ErrorCode::Custom("AccessForbidden".into()),
        "CORSResponse: This CORS request is not allowed. This is usually because the evaluation of Origin, request \
         method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the \
         resource's CORS spec.",
    );
    error.set_status_code(StatusCode::FORBIDDEN);
    error
}

/// A refusal in S3's XML.
fn refused(error: S3Error) -> Response<axum::body::Body> {
    match error.to_http_response() {
        Ok(response) => response.map(axum::body::Body::new),
        Err(error) => {
            tracing::error!(?error, "a refusal of S3 could not be written");
            let mut response = Response::new(axum::body::Body::empty());
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        }
    }
}

fn finished(mut response: Response<axum::body::Body>, page: HeaderMap) -> Response<axum::body::Body> {
    let headers = response.headers_mut();
    headers.extend(page);
    if let Ok(id) = HeaderValue::from_str(&request_id()[..16]) {
        headers.insert("x-amz-request-id", id);
    }
    response
}

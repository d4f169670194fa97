//! Uploads by a form of a browser: `POST` to the bucket, with a signed policy.

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, ETAG, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use local_core::principal::Principal;
use multer::{Multipart, parse_boundary};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::dto::{PostResponse, Tagging};
use s3s::xml::{Deserialize as _, Deserializer, Serialize as _, Serializer};
use s3s::{S3Error, S3Result, s3_error};

use super::access::object_arn;
use super::address::Address;
use super::calls::Call;
use super::notify::Happened;
use super::plain;
use super::policy::Policy;
use super::service::Inner;
use super::store::{Attributes, Object, Tags};
use super::tags;
use super::writing::{New, Precondition};
use crate::signature::SignedPolicy;

/// The most bytes of all fields before the file.
const MOST_BEFORE_FILE: usize = 20 * 1024;

/// What came in a form.
struct Form {
    /// By name in lower case; the last of a name counts.
    fields: BTreeMap<String, String>,
    file: Bytes,
}

/// Whether a request holds a form with a file.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.to_ascii_lowercase().starts_with("multipart/form-data")
}

/// Takes an upload in.
pub(super) async fn post(
    inner: &Inner,
    address: &Address,
    headers: &HeaderMap,
    body: Bytes,
) -> S3Result<Response<Body>> {
    let bucket = address.bucket.clone().unwrap_or_default();
    inner.bucket(&bucket)?;
    let mut form = Form::read(headers, body).await?;
    form.fields.insert("bucket".to_owned(), bucket.clone());
    let caller = inner.signer_of(&form)?;
    let _call = Call::begin(&caller, "PostObject");
    let policy = Policy::read(form.required("policy")?)?;
    policy.check(&form.fields, inner.parts.clock.now())?;
    policy.check_size(form.file.len() as u64)?;
    let key = form.required("key")?.to_owned();
    let arn = object_arn(&bucket, &key);
    inner.check(&caller, "s3:PutObject", &arn)?;
    let tags = form.tags()?;
    if !tags.is_empty() {
        inner.check(&caller, "s3:PutObjectTagging", &arn)?;
    }
    if form.get("acl").is_some_and(|acl| acl != "bucket-owner-full-control") {
        return Err(s3_error!(AccessControlListNotSupported, "The bucket does not allow ACLs"));
    }
    let new = New { bucket, key, attributes: form.attributes(), tags, data: &form.file };
    let object = inner.put(new, &Precondition::None, Happened::Post, &caller)?;
    form.answer(&object)
}

impl Inner {
    fn signer_of(&self, form: &Form) -> S3Result<Principal> {
        if form.get("policy").is_none() {
            return Err(s3_error!(AccessDenied, "Access Denied"));
        }
        if form.get("x-amz-algorithm") != Some("AWS4-HMAC-SHA256") {
            return Err(s3_error!(InvalidArgument, "Unsupported Authorization Type"));
        }
        let signed = SignedPolicy {
            credential: form.required("x-amz-credential")?,
            date: form.required("x-amz-date")?,
            signature: form.required("x-amz-signature")?,
            token: form.get("x-amz-security-token"),
            policy: form.required("policy")?,
        };
        self.parts.verifier.signer_of_policy(&signed).map_err(plain::refusal)
    }
}

impl Form {
    /// Reads the fields up to the file, behind which nothing counts.
    async fn read(headers: &HeaderMap, body: Bytes) -> S3Result<Self> {
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let boundary = parse_boundary(kind).map_err(malformed)?;
        let body = futures::stream::once(async move { Ok::<_, Infallible>(body) });
        let mut multipart = Multipart::new(body, boundary);
        let mut fields = BTreeMap::new();
        let mut bytes = 0;
        while let Some(field) = multipart.next_field().await.map_err(malformed)? {
            let name = field.name().unwrap_or_default().to_ascii_lowercase();
            if name == "file" {
                let file_name = field.file_name().unwrap_or_default().to_owned();
                let file = field.bytes().await.map_err(malformed)?;
                let mut form = Form { fields, file };
                form.name_the_key(&file_name);
                return Ok(form);
            }
            let value = field.text().await.map_err(malformed)?;
            bytes += name.len() + value.len();
            if bytes > MOST_BEFORE_FILE {
                return Err(s3_error!(
                    MaxPostPreDataLengthExceededError,
                    "Your POST request fields preceding the upload file were too large."
                ));
            }
            fields.insert(name, value);
        }
        Err(s3_error!(InvalidArgument, "POST requires exactly one file upload per request."))
    }

    /// `${filename}` in a key stands for the name of the file.
    fn name_the_key(&mut self, file_name: &str) {
        let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
        if let Some(key) = self.fields.get_mut("key") {
            *key = key.replace("${filename}", name);
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    fn required(&self, name: &str) -> S3Result<&str> {
        self.get(name).filter(|value| !value.is_empty()).ok_or_else(|| {
            let message = format!("Bucket POST must contain a field named '{name}'.");
            S3Error::with_message(s3s::S3ErrorCode::InvalidArgument, message)
        })
    }

    fn attributes(&self) -> Attributes {
        let text = |name: &str| self.get(name).map(str::to_owned);
        let metadata = self
            .fields
            .iter()
            .filter_map(|(name, value)| Some((name.strip_prefix("x-amz-meta-")?.to_owned(), value.clone())));
        Attributes {
            content_type: text("content-type"),
            cache_control: text("cache-control"),
            content_disposition: text("content-disposition"),
            content_encoding: text("content-encoding"),
            content_language: None,
            metadata: metadata.collect(),
        }
    }

    /// The tags of the field `tagging`, which is XML.
    fn tags(&self) -> S3Result<Tags> {
        let Some(xml) = self.get("tagging") else { return Ok(Tags::new()) };
        let tagging = Tagging::deserialize(&mut Deserializer::new(xml.as_bytes()));
        let tagging = tagging.map_err(|_| s3_error!(MalformedXML))?;
        let pairs = tagging.tag_set.into_iter();
        tags::checked(pairs.map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default())))
    }

    /// What the form asked for: another page, or a status.
    fn answer(&self, object: &Object) -> S3Result<Response<Body>> {
        let etag = format!("\"{}\"", object.etag);
        let location = format!("/{}/{}", object.bucket, object.key);
        let mut response = Response::new(Body::empty());
        let headers = response.headers_mut();
        put(headers, ETAG, &etag);
        if let Some(page) = self.get("success_action_redirect").or_else(|| self.get("redirect")) {
            let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
            let (bucket, key, etag) = (encode(&object.bucket), encode(&object.key), encode(&etag));
            let joint = if page.contains('?') { '&' } else { '?' };
            put(headers, LOCATION, &format!("{page}{joint}bucket={bucket}&key={key}&etag={etag}"));
            *response.status_mut() = StatusCode::SEE_OTHER;
            return Ok(response);
        }
        put(headers, LOCATION, &location);
        match self.get("success_action_status") {
            Some("200") => {}
            Some("201") => {
                put(headers, CONTENT_TYPE, "application/xml");
                *response.status_mut() = StatusCode::CREATED;
                *response.body_mut() = Body::from(created(&location, object, &etag)?);
            }
            _ => *response.status_mut() = StatusCode::NO_CONTENT,
        }
        Ok(response)
    }
}

fn created(location: &str, object: &Object, etag: &str) -> S3Result<Vec<u8>> {
    let mut xml = Vec::new();
    let mut serializer = Serializer::new(&mut xml);
    let answer = PostResponse { location, bucket: &object.bucket, key: &object.key, etag };
    let written = serializer.decl().and_then(|()| answer.serialize(&mut serializer));
    written.map_err(S3Error::internal_error)?;
    Ok(xml)
}

/// What cannot be a header, such as a location with characters beyond ASCII, is left out.
fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn malformed(_: multer::Error) -> S3Error {
    s3_error!(MalformedPOSTRequest, "The body of your POST request is not well-formed multipart/form-data.")
}

//! From a signed request to the same without its signature, which was checked.

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Uri};
use percent_encoding::percent_decode_str;
use s3s::{Body, S3Error, S3Result, s3_error};

use super::chunked;
use crate::signature::Refusal;

/// What belongs to the signature and says nothing else.
const OF_THE_SIGNATURE: [&str; 4] =
    ["x-amz-content-sha256", "x-amz-date", "x-amz-security-token", "x-amz-decoded-content-length"];

/// The same in a query.
const OF_A_QUERY: [&str; 7] = [
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
];

/// Whether a request carries a signature for S3.
pub(super) fn is_signed_for_s3(parts: &Parts) -> bool {
    let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let in_query = parts
        .uri
        .query()
        .and_then(|query| query.split('&').find_map(|parameter| parameter.strip_prefix("X-Amz-Credential=")));
    let in_query = in_query.map(|credential| percent_decode_str(credential).decode_utf8_lossy().into_owned());
    let in_header = header.and_then(|header| header.split_once("Credential="));
    let in_header = in_header.and_then(|(_, rest)| rest.split(',').next());
    let credential = in_query.as_deref().or(in_header);
    credential.is_some_and(|credential| credential.ends_with("/s3/aws4_request"))
}

/// The request in its plain form, with the bucket in the path.
pub(super) fn request(parts: Parts, body: Bytes, path: &str) -> S3Result<Request<Body>> {
    let Parts { method, uri, mut headers, .. } = parts;
    let body = unchunked(&mut headers, body)?;
    headers.remove(AUTHORIZATION);
    OF_THE_SIGNATURE.iter().for_each(|name| drop(headers.remove(*name)));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    let query = plain_query(uri.query().unwrap_or_default(), &mut headers)?;
    let target = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let mut request = Request::new(Body::from(body));
    *request.method_mut() = method;
    *request.uri_mut() = target.parse::<Uri>().map_err(|_| s3_error!(InvalidURI))?;
    *request.headers_mut() = headers;
    Ok(request)
}

/// The body without chunks. What stood behind it joins the headers.
fn unchunked(headers: &mut HeaderMap, body: Bytes) -> S3Result<Bytes> {
    let announced = headers.get("x-amz-content-sha256").and_then(|value| value.to_str().ok());
    let is_chunked = announced.is_some_and(|announced| announced.starts_with("STREAMING-"));
    if !is_chunked {
        return Ok(body);
    }
    let unchunked = chunked::decode(body).ok_or_else(|| s3_error!(IncompleteBody))?;
    for (name, value) in unchunked.trailers {
        put(headers, &name, &value)?;
    }
    headers.remove(CONTENT_ENCODING);
    Ok(unchunked.body)
}

/// The query without its signature. Headers that a client moved into a presigned address are headers again.
fn plain_query(query: &str, headers: &mut HeaderMap) -> S3Result<String> {
    let mut kept = Vec::new();
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if OF_A_QUERY.contains(&name) {
            continue;
        }
        if name.to_ascii_lowercase().starts_with("x-amz-") {
            put(headers, name, &percent_decode_str(value).decode_utf8_lossy())?;
        } else {
            kept.push(parameter);
        }
    }
    Ok(kept.join("&"))
}

fn put(headers: &mut HeaderMap, name: &str, value: &str) -> S3Result<()> {
    let name = HeaderName::try_from(name).map_err(|_| s3_error!(InvalidRequest))?;
    let value = HeaderValue::from_str(value).map_err(|_| s3_error!(InvalidRequest))?;
    headers.insert(name, value);
    Ok(())
}

/// Why a signature is not taken, in S3's words.
pub(super) fn refusal(refusal: Refusal) -> S3Error {
    match refusal {
        Refusal::Missing => s3_error!(AccessDenied, "Access Denied"),
        Refusal::Malformed => {
            s3_error!(AuthorizationQueryParametersError, "The authorization that you provided is malformed")
        }
        Refusal::UnknownKey => {
            s3_error!(InvalidAccessKeyId, "The AWS Access Key Id you provided does not exist in our records.")
        }
        Refusal::TokenExpired => s3_error!(ExpiredToken, "The provided token has expired."),
        Refusal::Mismatch => s3_error!(
            SignatureDoesNotMatch,
            "The request signature we calculated does not match the signature you provided. Check your key and \
             signing method."
        ),
        Refusal::UnsignedHeader => {
            s3_error!(AccessDenied, "There were headers present in the request which were not signed")
        }
        Refusal::Expired => s3_error!(AccessDenied, "Request has expired"),
        Refusal::NotYetValid => s3_error!(AccessDenied, "Request is not valid yet"),
        Refusal::Skewed => s3_error!(
            RequestTimeTooSkewed,
            "The difference between the request time and the current time is too large."
        ),
    }
}

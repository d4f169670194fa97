//! The canonical request: the one spelling of a request that both sides sign.

use std::fmt::Write;

use local_core::verify::{SignatureError, SignedRequest};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sha2::{Digest, Sha256};

/// Everything but `A-Z a-z 0-9 - . _ ~`.
const STRICT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The same, with the slash left alone.
const PATH: &AsciiSet = &STRICT.remove(b'/');

/// S3 alone signs paths as they are sent, and bodies only if it is asked to.
const S3: &str = "s3";

/// Stands for the hash of a body that is not signed.
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// The same for a body that comes in chunks with a checksum behind them.
const UNSIGNED_CHUNKS: &str = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

/// The canonical request, as the signer must have built it.
pub(super) fn request(request: &SignedRequest<'_>, signed_headers: &str) -> Result<String, SignatureError> {
    text(request, signed_headers, &payload(request)?)
}

/// The canonical request of a signature in the query, which signs no body; the query comes without the signature.
pub(super) fn presigned(request: &SignedRequest<'_>, signed_headers: &str) -> Result<String, SignatureError> {
    text(request, signed_headers, UNSIGNED)
}

fn text(request: &SignedRequest<'_>, signed_headers: &str, payload: &str) -> Result<String, SignatureError> {
    let mut text = String::with_capacity(512);
    let path = if request.service == S3 { encoded_once(request.path) } else { path(request.path) };
    // Writing to a string cannot fail.
    let _ = write!(text, "{}\n{path}\n{}\n", request.method, query(request.query));
    headers(request, signed_headers, &mut text)?;
    let _ = write!(text, "\n{signed_headers}\n{payload}");
    Ok(text)
}

/// The path as it was sent; what a client left unencoded counts as encoded.
fn encoded_once(sent: &str) -> String {
    const REST: &AsciiSet = &PATH.remove(b'%');
    utf8_percent_encode(sent, REST).to_string()
}

/// The path without dot segments and doubled slashes, encoded once more than it was sent.
fn path(sent: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in sent.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            name => segments.push(name),
        }
    }
    if segments.is_empty() {
        return "/".to_owned();
    }
    let ends_open = sent.ends_with('/') || sent.ends_with("/.") || sent.ends_with("/..");
    let tail = if ends_open { "/" } else { "" };
    let path = format!("/{}{tail}", segments.join("/"));
    utf8_percent_encode(&path, PATH).to_string()
}

/// The parameters sorted by name and value, strictly encoded.
fn query(sent: &str) -> String {
    let strict = |text: &str| {
        let plain: Vec<u8> = percent_decode_str(text).collect();
        percent_encoding::percent_encode(&plain, STRICT).to_string()
    };
    let parameters = sent.split('&').filter(|parameter| !parameter.is_empty());
    let mut parameters: Vec<(String, String)> = parameters
        .map(|parameter| parameter.split_once('=').unwrap_or((parameter, "")))
        .map(|(name, value)| (strict(name), strict(value)))
        .collect();
    parameters.sort_unstable();
    let parameters: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    parameters.join("&")
}

/// The signed headers, one a line.
fn headers(request: &SignedRequest<'_>, signed: &str, text: &mut String) -> Result<(), SignatureError> {
    if !signed.split(';').any(|name| name == "host") {
        return Err(SignatureError::Mismatch);
    }
    for name in signed.split(';') {
        let mut values = request.headers.get_all(name).iter();
        text.push_str(name);
        text.push(':');
        let first = values.next().ok_or(SignatureError::Mismatch)?;
        text.push_str(&squeezed(&String::from_utf8_lossy(first.as_bytes())));
        for value in values {
            text.push(',');
            text.push_str(&squeezed(&String::from_utf8_lossy(value.as_bytes())));
        }
        text.push('\n');
    }
    Ok(())
}

/// Without spaces around, and with one where there are several.
fn squeezed(value: &str) -> String {
    let words = value.split(' ').filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// The hash of the body, unless S3 was told that the body is not signed.
fn payload(request: &SignedRequest<'_>) -> Result<String, SignatureError> {
    let announced = request.headers.get("x-amz-content-sha256").and_then(|value| value.to_str().ok());
    match announced {
        Some(unsigned @ (UNSIGNED | UNSIGNED_CHUNKS)) if request.service == S3 => Ok(unsigned.to_owned()),
        // Signed chunk by chunk, which nothing here reads.
        Some(streaming) if streaming.starts_with("STREAMING-") => Err(SignatureError::Mismatch),
        _ => Ok(hex::encode(Sha256::digest(request.body))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalised_and_encoded_again() {
        let cases = [
            ("", "/"),
            ("/", "/"),
            ("//", "/"),
            ("/./", "/"),
            ("/example/..", "/"),
            ("/graphql", "/graphql"),
            ("/a//b/", "/a/b/"),
            ("/a/./b/../c", "/a/c"),
            ("/a%20b", "/a%2520b"),
            ("/-._~0", "/-._~0"),
            ("/v2/email/outbound-emails", "/v2/email/outbound-emails"),
        ];
        for (sent, expected) in cases {
            assert_eq!(path(sent), expected, "{sent}");
        }
    }

    #[test]
    fn the_paths_of_s3_are_left_as_they_were_sent() {
        for (sent, expected) in
            [("/a//b/../c", "/a//b/../c"), ("/a%20b", "/a%20b"), ("/a(1)!", "/a%281%29%21")]
        {
            assert_eq!(encoded_once(sent), expected, "{sent}");
        }
    }

    #[test]
    fn parameters_are_sorted_and_strictly_encoded() {
        let cases = [
            ("", ""),
            ("Version=2010-05-08&Action=ListUsers", "Action=ListUsers&Version=2010-05-08"),
            ("Param1=value2&Param1=Value1", "Param1=Value1&Param1=value2"),
            ("b&a=1", "a=1&b="),
            ("q=a%20b%2fc~", "q=a%20b%2Fc~"),
        ];
        for (sent, expected) in cases {
            assert_eq!(query(sent), expected, "{sent}");
        }
    }

    #[test]
    fn header_values_are_squeezed() {
        assert_eq!(squeezed("  a   b  c "), "a b c");
        assert_eq!(squeezed("\"a   b\""), "\"a b\"");
    }
}

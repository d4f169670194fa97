//! Types by their first bytes.

use domain::media::ContentType;

/// Types that have first bytes of their own: what says that it is one of them has to begin so.
const TELLING: [&str; 14] = [
    "application/gzip",
    "application/pdf",
    "application/zip",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/wav",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "video/mp4",
    "video/quicktime",
    "video/webm",
];

/// Whether bytes can be of a type, by how they begin. Of types without a beginning of their own, everything can be.
pub(crate) fn may_be(content_type: &ContentType, bytes: &[u8]) -> bool {
    let said = content_type.as_str();
    if !TELLING.contains(&said) {
        return true;
    }
    let found = infer::get(bytes).and_then(|found| ContentType::parse(found.mime_type()).ok());
    match (said, found.as_ref().map(ContentType::as_str)) {
        (said, Some(found)) if said == found => true,
        // One container, whatever it holds; the reader of the format looks further.
        ("audio/mp4" | "video/mp4", Some("video/mp4" | "video/x-m4v" | "audio/mp4")) => true,
        ("video/webm", Some("video/x-matroska")) => true,
        // A frame without a header before it.
        ("audio/mpeg", None) => matches!(bytes, [0xFF, second, ..] if second & 0xE0 == 0xE0),
        // Documents are archives of a certain content.
        ("application/zip", Some(found)) => found.starts_with("application/vnd.") || found.ends_with("+zip"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(said: &str, bytes: &[u8]) -> bool {
        may_be(&ContentType::parse(said).unwrap(), bytes)
    }

    #[test]
    fn what_lies_is_found() {
        let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
        let html = b"<!DOCTYPE html><html><script>alert(1)</script></html>";
        for said in TELLING {
            assert!(!may(said, svg) && !may(said, html) && !may(said, b""), "{said}");
        }
        assert!(!may("image/png", b"GIF89a\x01\0\x01\0"));
        assert!(may("image/gif", b"GIF89a\x01\0\x01\0"));
        assert!(may("application/pdf", b"%PDF-1.7\n"));
    }

    #[test]
    fn what_has_no_beginning_of_its_own_can_be_anything() {
        assert!(
            may("text/html", b"hello") && may("application/x-own", b"") && may("image/svg+xml", b"<svg/>")
        );
    }
}

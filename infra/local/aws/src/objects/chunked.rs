//! `aws-chunked`: a body in chunks, with checksums behind it.

use bytes::{Buf as _, Bytes, BytesMut};

/// A body without its chunks, and what stood behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unchunked {
    pub(super) body: Bytes,
    /// Names in lower case, with their values.
    pub(super) trailers: Vec<(String, String)>,
}

/// Takes the chunks apart; none if they are not well-formed.
pub(super) fn decode(mut sent: Bytes) -> Option<Unchunked> {
    let mut body = BytesMut::new();
    loop {
        let head = line(&mut sent)?;
        let size = head.split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size.trim(), 16).ok()?;
        if size == 0 {
            break;
        }
        if !sent.get(size..)?.starts_with(b"\r\n") {
            return None;
        }
        body.extend_from_slice(&sent[..size]);
        sent.advance(size + 2);
    }
    let mut trailers = Vec::new();
    while let Some(text) = line(&mut sent).filter(|text| !text.is_empty()) {
        let (name, value) = text.split_once(':')?;
        trailers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    }
    Some(Unchunked { body: body.freeze(), trailers })
}

/// The next line without its end.
fn line(sent: &mut Bytes) -> Option<String> {
    let end = sent.windows(2).position(|pair| pair == b"\r\n")?;
    let text = std::str::from_utf8(&sent[..end]).ok()?.to_owned();
    sent.advance(end + 2);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined_and_trailers_read() {
        let sent = "5\r\nhello\r\n7;chunk-signature=x\r\n, world\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n";
        let unchunked = decode(Bytes::from(sent)).unwrap();
        assert_eq!(unchunked.body, "hello, world");
        assert_eq!(unchunked.trailers, [("x-amz-checksum-crc32".to_owned(), "AAAA".to_owned())]);
        assert_eq!(decode(Bytes::from("0\r\n\r\n")).unwrap().body, "");
    }

    #[test]
    fn what_is_cut_short_or_too_long_is_refused() {
        for wrong in ["", "5\r\nhell", "5\r\nhello!\r\n0\r\n\r\n", "zz\r\n", "ffffffffffffffff\r\na\r\n"] {
            assert_eq!(decode(Bytes::from(wrong)), None, "{wrong:?}");
        }
    }
}

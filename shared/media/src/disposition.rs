//! How browsers are told to keep a file instead of showing it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What RFC 8187 leaves as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The header `Content-Disposition` for a file to be downloaded under its name (RFC 6266): in plain letters for old
/// programs, and as it is.
pub(crate) fn attachment_named(name: &str) -> String {
    let plain: String =
        name.chars().map(|character| if is_plain(character) { character } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(name, ENCODED))
}

fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, ' ' | '-' | '.' | '_' | '(' | ')')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        assert_eq!(
            attachment_named("a\"; b=c\r\n.html"),
            "attachment; filename=\"a__ b_c__.html\"; filename*=UTF-8''a%22%3B%20b%3Dc%0D%0A.html"
        );
        assert!(attachment_named("bảng.pdf").ends_with("UTF-8''b%E1%BA%A3ng.pdf"));
    }
}

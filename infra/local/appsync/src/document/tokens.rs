//! How long a document is.

/// How many tokens a document may have.
pub(super) const MOST: usize = 15_000;

/// Whether a text has more tokens than this. Stops counting as soon as it knows.
pub(super) fn exceed(text: &str, most: usize) -> bool {
    // A token has at least one character.
    if text.len() <= most {
        return false;
    }
    let bytes = text.as_bytes();
    let (mut at, mut tokens) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b' ' | b'\t' | b'\n' | b'\r' | b',' => {
                at += 1;
                continue;
            }
            b'#' => {
                at += bytes[at..].iter().take_while(|byte| **byte != b'\n').count();
                continue;
            }
            b'"' => at += string(&bytes[at..]),
            b'.' if bytes[at..].starts_with(b"...") => at += 3,
            byte if is_word(byte) => at += bytes[at..].iter().take_while(|byte| is_word(**byte)).count(),
            _ => at += 1,
        }
        tokens += 1;
        if tokens > most {
            return true;
        }
    }
    false
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn string(bytes: &[u8]) -> usize {
    let quote: &[u8] = if bytes.starts_with(b"\"\"\"") { b"\"\"\"" } else { b"\"" };
    let mut at = quote.len();
    while at < bytes.len() {
        if bytes[at] == b'\\' {
            at += 2;
        } else if bytes[at..].starts_with(quote) {
            return at + quote.len();
        } else {
            at += 1;
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_counted_without_blanks_and_comments() {
        let text = "{ a, b # a comment\n c(x: \"a b\") ... on T }";
        assert!(exceed(text, 12));
        assert!(!exceed(text, 13));
    }
}

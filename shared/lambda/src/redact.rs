//! Words of libraries, without what they quote.

use std::borrow::Cow;

/// Stands for what was left out.
const GAP: &str = "…";

/// A text without anything that stands in quotation marks, from the first mark to the last.
///
/// Libraries quote the value that they stumble over, and that may be what somebody wrote. The marks within such a
/// value cannot be told from those around it, hence the whole stretch. An apostrophe within a word is no mark.
pub(crate) fn unquoted(text: &str) -> Cow<'_, str> {
    let Some(first) = text.char_indices().find(|(at, mark)| is_mark(text, *at, *mark)) else {
        return Cow::Borrowed(text);
    };
    let last = text.char_indices().rev().find(|(at, mark)| is_mark(text, *at, *mark)).unwrap_or(first);
    // A mark without its pair: what it began may go on to the end.
    let rest =
        if last.0 == first.0 { "" } else { text.get(last.0 + last.1.len_utf8()..).unwrap_or_default() };
    Cow::Owned(format!("{}{GAP}{rest}", text.get(..first.0).unwrap_or_default()))
}

fn is_mark(text: &str, at: usize, character: char) -> bool {
    match character {
        '"' | '`' => true,
        '\'' => !is_apostrophe(text, at),
        _ => false,
    }
}

fn is_apostrophe(text: &str, at: usize) -> bool {
    let (before, after) = text.split_at(at);
    let is_letter = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    is_letter(before.chars().next_back()) && is_letter(after.chars().nth(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_left_out() {
        for (text, clean) in [
            (r#"invalid type: string "my secret", expected u64"#, "invalid type: string …, expected u64"),
            ("unknown variant `my secret`, expected a kind", "unknown variant …, expected a kind"),
            ("can't parse 'my secret' as a time", "can't parse … as a time"),
            (r#"PutItem: refused (Item { "text": S("my \" secret") })"#, "PutItem: refused (Item { …) })"),
        ] {
            assert_eq!(unquoted(text), clean);
        }
    }

    #[test]
    fn marks_within_what_is_quoted_do_not_end_it() {
        assert_eq!(unquoted("unknown variant `a` my secret `b`, expected"), "unknown variant …, expected");
        assert_eq!(unquoted("unknown variant `my secret"), "unknown variant …");
    }

    #[test]
    fn plain_words_stay() {
        assert_eq!(unquoted("the row isn't there: C#g-1 / M#7"), "the row isn't there: C#g-1 / M#7");
    }
}

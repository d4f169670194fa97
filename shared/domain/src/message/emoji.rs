//! Emoji: one as a reaction, and shortcodes such as `:smile:` in a text.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use crate::Error;

/// Longer words between colons are never shortcodes.
const MAX_SHORTCODE: usize = 64;
/// The longest emoji that Unicode recommends have about 35 bytes.
const MAX_BYTES: usize = 64;

/// One emoji, in the one spelling that Unicode calls fully qualified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Emoji(String);

impl Emoji {
    /// Reads one emoji or its shortcode (`👍🏽`, `:heart:`); otherwise a `BadRequest`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let refused = || Error::bad_request("emoji must be one emoji");
        if text.len() > MAX_BYTES {
            return Err(refused());
        }
        if let Some(code) = text.strip_prefix(':').and_then(|text| text.strip_suffix(':')) {
            return of_shortcode(code).map(|emoji| Emoji(emoji.to_owned())).ok_or_else(refused);
        }
        if let Some(emoji) = emojis::get(text) {
            return Ok(Emoji(emoji.as_str().to_owned()));
        }
        // Newer than the tables, or a combination that they do not list, such as two people with two skin tones.
        let sole = text.graphemes(true).count() == 1;
        if sole && text.chars().all(is_part) && text.chars().any(is_pictograph) {
            return Ok(Emoji(text.to_owned()));
        }
        Err(refused())
    }

    /// The emoji.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Emoji {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        Emoji::parse(&text)
    }
}

impl From<Emoji> for String {
    fn from(emoji: Emoji) -> String {
        emoji.0
    }
}

/// Pictographs, and what joins and colours them.
fn is_part(character: char) -> bool {
    is_pictograph(character) || matches!(character, '\u{200D}' | '\u{FE0F}' | '\u{E0020}'..='\u{E007F}')
}

fn is_pictograph(character: char) -> bool {
    matches!(character, '\u{1F300}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}')
}

fn of_shortcode(code: &str) -> Option<&'static str> {
    emojis::get_by_shortcode(code).map(emojis::Emoji::as_str)
}

/// Replaces shortcodes by their emoji. A colon that touches a letter or digit outside is none of a shortcode,
/// so that `10:100:5` stays a time.
pub(super) fn expand_shortcodes(text: &str) -> Cow<'_, str> {
    if !text.contains(':') {
        return Cow::Borrowed(text);
    }
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(colon) = rest.find(':') {
        let (before, from_colon) = rest.split_at(colon);
        expanded.push_str(before);
        let free = !before.chars().next_back().is_some_and(char::is_alphanumeric);
        match shortcode_at(from_colon).filter(|_| free) {
            Some((emoji, after)) => {
                expanded.push_str(emoji);
                rest = after;
            }
            None => {
                expanded.push(':');
                rest = &from_colon[1..];
            }
        }
    }
    expanded.push_str(rest);
    Cow::Owned(expanded)
}

/// The emoji of a shortcode that begins with the first character, and what follows it.
fn shortcode_at(text: &str) -> Option<(&'static str, &str)> {
    let inner = text.strip_prefix(':')?;
    let end = inner.bytes().take(MAX_SHORTCODE + 1).position(|byte| !is_code(byte))?;
    let (code, after) = (inner.get(..end)?, inner.get(end..)?.strip_prefix(':')?);
    if after.chars().next().is_some_and(char::is_alphanumeric) {
        return None;
    }
    Some((of_shortcode(code)?, after))
}

fn is_code(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'+' | b'-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_see_as_one_emoji_is_one() {
        for one in ["👍", "👍🏽", "👨‍👩‍👧‍👦", "🇻🇳", "1️⃣", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩🏽‍❤️‍👨🏿"]
        {
            assert_eq!(Emoji::parse(one).unwrap().as_str(), one);
        }
    }

    #[test]
    fn anything_else_is_none() {
        for bad in
            ["", "a", "1", "👍👍", ":nonsense:", "<b>", "\u{200D}", "\u{1F3FD}\u{1F3FD}x", &"👍".repeat(40)]
        {
            assert!(Emoji::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn one_emoji_has_one_spelling() {
        assert_eq!(Emoji::parse("❤").unwrap(), Emoji::parse("❤️").unwrap());
        assert_eq!(Emoji::parse(":heart:").unwrap(), Emoji::parse("❤️").unwrap());
        assert_eq!(Emoji::parse(":+1:").unwrap().as_str(), "👍");
    }

    #[test]
    fn shortcodes_become_emoji_and_colons_stay() {
        let cases = [
            ("hi :smile:!", "hi 😄!"),
            (":smile::smile:", "😄😄"),
            ("::smile:", ":😄"),
            ("at 10:100:5", "at 10:100:5"),
            ("a:smile:", "a:smile:"),
            (":smile:y", ":smile:y"),
            (":nonsense:", ":nonsense:"),
            ("::", "::"),
            (":", ":"),
            ("chào :vietnam:", "chào 🇻🇳"),
        ];
        for (typed, shown) in cases {
            assert_eq!(expand_shortcodes(typed), shown);
        }
    }

    proptest! {
        #[test]
        fn text_without_shortcodes_is_not_touched(text in "[^:]*") {
            let expanded = expand_shortcodes(&text);
            prop_assert_eq!(expanded.as_ref(), text.as_str());
        }

        #[test]
        fn any_text_is_survived(text in "[:a-z0-9é😄 ]{0,60}") {
            let _ = expand_shortcodes(&text);
            let _ = Emoji::parse(&text);
        }
    }
}

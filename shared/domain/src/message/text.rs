//! The text of a message.

use serde::{Deserialize, Serialize};

use super::MAX_TEXT;
use super::emoji::expand_shortcodes;
use crate::{Error, text};

/// The most bytes that are typed for one character: a long shortcode.
const MAX_TYPED: usize = 64;

/// A text: 1 to 4,096 characters, something visible among them, shortcodes expanded, NFC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MessageText(String);

impl MessageText {
    /// Reads, expands and normalises; otherwise a `BadRequest`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        // A shortcode is longer than its emoji, but not endlessly: what is longer than this is not worth expanding.
        if text.len() > MAX_TEXT * MAX_TYPED {
            return Err(Error::bad_request(format!("text is too long: at most {MAX_TEXT} characters")));
        }
        let text = text::normalise(&expand_shortcodes(text), "text", 1, MAX_TEXT)?;
        if !text.chars().any(text::is_visible) {
            return Err(Error::bad_request("text must hold something visible"));
        }
        Ok(MessageText(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for MessageText {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        MessageText::parse(&text)
    }
}

impl From<MessageText> for String {
    fn from(text: MessageText) -> String {
        text.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn length_is_counted_in_what_people_see() {
        assert!(MessageText::parse(&"a".repeat(MAX_TEXT)).is_ok());
        assert!(MessageText::parse(&"a".repeat(MAX_TEXT + 1)).is_err());
        assert!(MessageText::parse(&"🇻🇳".repeat(MAX_TEXT)).is_ok());
        assert!(MessageText::parse(&"🇻🇳".repeat(MAX_TEXT + 1)).is_err());
    }

    #[test]
    fn shortcodes_count_as_what_they_become() {
        assert_eq!(MessageText::parse("hi :smile:").unwrap().as_str(), "hi 😄");
        assert!(MessageText::parse(&":+1:".repeat(MAX_TEXT)).is_ok());
        let long = MessageText::parse(&":+1:".repeat(100 * MAX_TEXT)).unwrap_err();
        assert_eq!(long.message(), "text is too long: at most 4096 characters");
    }

    #[test]
    fn nothing_to_see_is_no_message() {
        for bad in ["", " ", "\n\t", "\u{200B}\u{FEFF}\u{2060}", "a\0b"] {
            assert!(MessageText::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn lines_and_right_to_left_text_are_kept() {
        for good in ["one\ntwo", "שלום", "\u{202B}مرحبا\u{202C}"] {
            assert_eq!(MessageText::parse(good).unwrap().as_str(), good);
        }
    }

    proptest! {
        #[test]
        fn what_was_accepted_is_accepted_again_unchanged(text in "\\PC{1,200}") {
            if let Ok(once) = MessageText::parse(&text) {
                let again = MessageText::parse(once.as_str()).unwrap();
                prop_assert_eq!(once.as_str(), again.as_str());
            }
        }
    }
}

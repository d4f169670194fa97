//! Text that people write: normalised, counted in what they see, and free of tricks.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use crate::Error;

/// Normalises to NFC and checks a length in grapheme clusters (Unicode Annex 29), with a byte bound beside it:
/// a cluster may hold any number of combining marks, so clusters alone bound nothing.
pub fn normalise(text: &str, field: &str, min: usize, max: usize) -> Result<String, Error> {
    let max_bytes = max.saturating_mul(16).max(64);
    if text.len() > max_bytes {
        return Err(Error::bad_request(format!("{field} is too long: at most {max} characters")));
    }
    let text: String = text.nfc().collect();
    if text.contains('\0') {
        return Err(Error::bad_request(format!("{field} must not hold the character U+0000")));
    }
    let length = text.graphemes(true).count();
    if length < min {
        return Err(Error::bad_request(format!("{field} is too short: at least {min} characters")));
    }
    if length > max || text.len() > max_bytes {
        return Err(Error::bad_request(format!("{field} is too long: at most {max} characters")));
    }
    Ok(text)
}

/// Text of one line that names something: trimmed, no control or bidirectional formatting characters, something visible in it.
pub fn name(text: &str, field: &str, min: usize, max: usize) -> Result<String, Error> {
    let text = normalise(text.trim(), field, min, max)?;
    if let Some(character) = text.chars().find(|character| is_forbidden_in_names(*character)) {
        let code = u32::from(character);
        return Err(Error::bad_request(format!("{field} must not hold the character U+{code:04X}")));
    }
    if min > 0 && !text.chars().any(is_visible) {
        return Err(Error::bad_request(format!("{field} must hold something visible")));
    }
    Ok(text)
}

/// Control characters and those that turn the reading direction (UAX 9), with which a name can pretend to be another.
fn is_forbidden_in_names(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}')
}

/// Neither a space nor one of the characters that show nothing.
pub(crate) fn is_visible(character: char) -> bool {
    !character.is_whitespace()
        && !matches!(character, '\u{200B}'..='\u{200D}' | '\u{FEFF}' | '\u{2060}' | '\u{00AD}' | '\u{034F}' | '\u{3164}' | '\u{115F}' | '\u{1160}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Folds case and accents for look-ups: `Trần Đức` and `tran duc` are one.
pub fn fold(text: &str) -> String {
    let folded = text.nfkd().filter(|character| !unicode_normalization::char::is_combining_mark(*character));
    folded
        .flat_map(char::to_lowercase)
        .map(|character| if character == 'đ' { 'd' } else { character })
        .collect()
}

/// Declares a type for one kind of text.
macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $field:literal, $rule:path, $min:literal ..= $max:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The most characters (grapheme clusters).
            pub const MAX: usize = $max;

            /// Reads and normalises; otherwise a `BadRequest` that names the field.
            pub fn parse(text: &str) -> Result<Self, Error> {
                $rule(text, $field, $min, $max).map($name)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;
            fn try_from(text: String) -> Result<Self, Error> {
                $name::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }
    };
}

text!(
    /// The name that others see: 1 to 64 characters on one line.
    DisplayName, "displayName", name, 1..=64
);
text!(
    /// A few words about a person: up to 139 characters (WhatsApp's limit).
    About, "about", name, 0..=139
);
text!(
    /// The title of a group: 1 to 100 characters on one line (WhatsApp's limit).
    GroupTitle, "title", name, 1..=100
);
text!(
    /// What a group is for: up to 2,048 characters (WhatsApp's limit).
    GroupDescription, "description", normalise, 0..=2048
);
text!(
    /// What is being written but not yet sent: up to 4,096 characters; kept so that all devices of a person show it.
    Draft, "draft", normalise, 0..=4096
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_what_people_see() {
        let family = "👨‍👩‍👧‍👦";
        assert!(DisplayName::parse(&family.repeat(10)).is_ok());
        assert!(GroupTitle::parse(&"a".repeat(100)).is_ok());
        assert!(GroupTitle::parse(&"a".repeat(101)).is_err());
    }

    #[test]
    fn a_single_cluster_cannot_be_endless() {
        let tower = format!("a{}", "\u{0301}".repeat(5_000));
        assert!(GroupTitle::parse(&tower).is_err());
    }

    #[test]
    fn names_cannot_hide_or_turn() {
        for bad in ["a\u{202E}b", "a\u{0007}b", "\u{200B}", "   ", "", "a\nb", "\u{2066}x", "\0"] {
            assert!(DisplayName::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn text_is_composed() {
        assert_eq!(DisplayName::parse("cha\u{0300}o").unwrap().as_str(), "chào");
    }

    #[test]
    fn folding_forgets_case_and_accents() {
        assert_eq!(fold("Trần Đức"), "tran duc");
        assert_eq!(fold("ÉCOLE"), "ecole");
    }
}

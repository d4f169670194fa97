//! What a file calls itself.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Error;

/// The most characters of a content type; RFC 6838 lets each half have 127.
const MAX: usize = 127;

/// A media type without parameters, such as `image/jpeg`, in small letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContentType(String);

impl ContentType {
    /// Reads `type/subtype`; parameters such as `;codecs=opus` are left out. Anything else is a `BadRequest`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let bare = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let is_legal = bare.len() <= MAX
            && bare
                .split_once('/')
                .is_some_and(|(main, sub)| is_restricted_name(main) && is_restricted_name(sub));
        if is_legal {
            Ok(ContentType(same(bare)))
        } else {
            Err(Error::bad_request("contentType must be a media type such as image/jpeg"))
        }
    }

    /// The type as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One name for what goes by several.
fn same(name: String) -> String {
    let one = match name.as_str() {
        "image/jpg" | "image/pjpeg" => "image/jpeg",
        "audio/mp3" => "audio/mpeg",
        "audio/x-wav" | "audio/wave" | "audio/vnd.wave" => "audio/wav",
        "audio/m4a" | "audio/x-m4a" => "audio/mp4",
        "audio/opus" => "audio/ogg",
        _ => return name,
    };
    one.to_owned()
}

/// A name as RFC 6838 has it (4.2).
fn is_restricted_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphanumeric())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
}

impl TryFrom<String> for ContentType {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        ContentType::parse(&text)
    }
}

impl From<ContentType> for String {
    fn from(content_type: ContentType) -> String {
        content_type.0
    }
}

impl fmt::Display for ContentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_and_capitals_do_not_count() {
        assert_eq!(ContentType::parse("Audio/OGG; codecs=opus").unwrap().as_str(), "audio/ogg");
        assert_eq!(ContentType::parse("image/jpg").unwrap().as_str(), "image/jpeg");
    }

    #[test]
    fn what_could_break_a_header_is_refused() {
        for bad in ["", "image", "image/", "/png", "image/p ng", "image/png\r\nx: y", "im\"age/png", "a/b/c"]
        {
            assert!(ContentType::parse(bad).is_err(), "{bad:?}");
        }
    }
}

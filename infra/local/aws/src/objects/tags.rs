//! Tags of objects, with S3's bounds.

use percent_encoding::percent_decode_str;
use s3s::{S3Result, s3_error};

use super::store::Tags;

/// The most tags of an object.
const MOST: usize = 10;

/// The longest name and the longest value, in characters.
const LONGEST: (usize, usize) = (128, 256);

/// The tags of the header `x-amz-tagging`, which are written as a query.
pub(super) fn of_header(header: Option<&str>) -> S3Result<Tags> {
    let pairs = header.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    checked(pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (plain(name), plain(value))
    }))
}

/// The tags of a list.
pub(super) fn checked(pairs: impl Iterator<Item = (String, String)>) -> S3Result<Tags> {
    let mut tags = Tags::new();
    for (name, value) in pairs {
        if name.is_empty() || name.chars().count() > LONGEST.0 || name.starts_with("aws:") {
            return Err(s3_error!(InvalidTag, "The TagKey you have provided is invalid"));
        }
        if value.chars().count() > LONGEST.1 {
            return Err(s3_error!(InvalidTag, "The TagValue you have provided is invalid"));
        }
        if tags.insert(name, value).is_some() {
            return Err(s3_error!(InvalidTag, "Cannot provide multiple Tags with the same key"));
        }
    }
    match tags.len() > MOST {
        true => Err(s3_error!(InvalidTag, "Object tags cannot be greater than 10")),
        false => Ok(tags),
    }
}

fn plain(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_a_query() {
        let tags = of_header(Some("state=ready&by=Ann%20B+C&empty")).unwrap();
        let pairs: Vec<_> = tags.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("by", "Ann B C"), ("empty", ""), ("state", "ready")]);
        assert!(of_header(None).unwrap().is_empty());
    }

    #[test]
    fn bounds_are_those_of_s3() {
        let many = (0..11).map(|n| format!("t{n}=1")).collect::<Vec<_>>().join("&");
        let wrong = [
            many,
            "a=1&a=2".to_owned(),
            "aws:a=1".to_owned(),
            "=1".to_owned(),
            format!("{}=1", "k".repeat(129)),
            format!("k={}", "v".repeat(257)),
        ];
        for header in wrong {
            let error = of_header(Some(&header)).unwrap_err();
            assert_eq!(error.code().as_str(), "InvalidTag", "{header}");
        }
    }
}

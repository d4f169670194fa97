//! Finding people.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Handle, MailAddress};
use crate::Error;
use crate::text::{DisplayName, fold};

/// Of a longer text only so many characters are looked at, which keeps keys short.
const LOOKED_AT: usize = 64;
/// The most words of a name that are found by themselves.
const MAX_WORDS: usize = 5;

/// What somebody looks for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum SearchQuery {
    /// People whose handle or name has a word that begins so; folded, 2 characters or more.
    Prefix(String),
    /// The person with this address.
    Mail(MailAddress),
}

impl SearchQuery {
    /// Reads a query of 2 to 64 characters, or a whole address; anything else is a `BadRequest`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let text = text.strip_prefix('@').unwrap_or(text);
        if text.contains('@') {
            return MailAddress::parse(text).map(SearchQuery::Mail);
        }
        let too_long = text.len() > 4 * LOOKED_AT || text.chars().count() > LOOKED_AT;
        let prefix = searchable(text);
        if too_long || prefix.chars().count() < 2 {
            return Err(Error::bad_request(
                "search for 2 to 64 characters of a name or handle, or a whole email address",
            ));
        }
        Ok(SearchQuery::Prefix(prefix))
    }
}

impl TryFrom<String> for SearchQuery {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        SearchQuery::parse(&text)
    }
}

/// The texts under which a person is found: the handle, and the name from each of its first five words on,
/// so that `van an` finds Nguyễn Văn An. Each has 2 to 64 characters.
pub fn search_texts(handle: Option<&Handle>, name: &DisplayName) -> BTreeSet<String> {
    let name = searchable(name.as_str());
    let starts = name.match_indices(' ').map(|(at, _)| at + 1);
    let phrases = std::iter::once(0).chain(starts).take(MAX_WORDS).filter_map(|at| name.get(at..));
    let texts = handle.map(|handle| handle.as_str()).into_iter().chain(phrases);
    texts
        .map(|text| text.chars().take(LOOKED_AT).collect::<String>().trim_end().to_owned())
        .filter(|text| text.chars().count() >= 2)
        .collect()
}

/// Folded, with one blank between words.
fn searchable(text: &str) -> String {
    fold(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(handle: Option<&str>, name: &str) -> Vec<String> {
        let handle = handle.map(|handle| Handle::parse(handle).unwrap());
        search_texts(handle.as_ref(), &DisplayName::parse(name).unwrap()).into_iter().collect()
    }

    #[test]
    fn each_word_of_a_name_begins_a_text() {
        assert_eq!(texts(Some("an.ng"), "Nguyễn  Văn An"), ["an", "an.ng", "nguyen van an", "van an"]);
        assert_eq!(
            texts(None, "a b c d e f g"),
            ["a b c d e f g", "b c d e f g", "c d e f g", "d e f g", "e f g"]
        );
        assert_eq!(texts(Some("alice"), "Alice"), ["alice"]);
        assert_eq!(texts(None, "X"), Vec::<String>::new());
    }

    #[test]
    fn every_text_can_be_asked_for() {
        for text in texts(Some("an.ng"), &format!("Nguyễn {}", "ﷺ".repeat(50))) {
            assert!(text.chars().count() <= LOOKED_AT);
            assert_eq!(SearchQuery::parse(&text).unwrap(), SearchQuery::Prefix(text));
        }
    }

    #[test]
    fn a_query_is_a_prefix_or_a_whole_address() {
        assert_eq!(SearchQuery::parse(" @Alice ").unwrap(), SearchQuery::Prefix("alice".to_owned()));
        assert_eq!(SearchQuery::parse("Văn  An").unwrap(), SearchQuery::Prefix("van an".to_owned()));
        assert!(matches!(SearchQuery::parse("Alice@example.org").unwrap(), SearchQuery::Mail(_)));
        let long = "a".repeat(65);
        for bad in ["", "a", "@", "  ", "a@b", "\u{301}\u{301}", &long] {
            assert!(SearchQuery::parse(bad).is_err(), "{bad:?}");
        }
    }
}

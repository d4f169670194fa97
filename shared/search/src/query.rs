//! What a person types to search.
//!
//! Words, all of which must be there; `xin*` for words that begin so, which the last word always may; `"xin chào"` for
//! words that follow each other; and `from:`, `has:`, `before:` and `after:`.

use domain::Error;
use domain::id::UserId;
use domain::text::normalise;
use jiff::civil::Date;
use serde::Deserialize;

use crate::document::Trait;
use crate::token::tokens;

/// The most characters of a query.
const MAX_LENGTH: usize = 256;
/// The most words, phrases and operators of a query together.
const MAX_TERMS: usize = 10;

/// Whose messages are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sender {
    /// Those of who searches.
    Me,
    /// Those of this person.
    Person(UserId),
}

/// Words that follow each other, one or more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phrase {
    pub(crate) words: Vec<String>,
    /// Whether the last word is only the beginning of one.
    pub(crate) prefix: bool,
}

/// A query as it was understood.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "String")]
pub struct Query {
    pub(crate) text: String,
    pub(crate) phrases: Vec<Phrase>,
    pub(crate) from: Option<Sender>,
    pub(crate) has: Vec<Trait>,
    pub(crate) before: Option<Date>,
    pub(crate) after: Option<Date>,
}

impl Query {
    /// Reads a query of 1 to 256 characters and at most 10 words, phrases and operators; anything else is a `BadRequest`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = normalise(text.trim(), "query", 1, MAX_LENGTH)?;
        let mut query = Query { text: text.clone(), ..Query::default() };
        let mut terms = 0;
        for piece in pieces(&text) {
            terms += usize::from(query.add(&piece)?);
        }
        if terms > MAX_TERMS {
            return Err(Error::bad_request(format!("search for at most {MAX_TERMS} words at once")));
        }
        if terms == 0 {
            return Err(Error::bad_request("search for a word, or for something like has:link"));
        }
        Ok(query)
    }

    /// The query as it was typed, in one spelling of Unicode.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it names days, which begin at other moments in other time zones.
    pub fn names_days(&self) -> bool {
        self.before.is_some() || self.after.is_some()
    }

    /// Whether it is words and phrases only, which titles and names may have as well.
    pub fn is_words_only(&self) -> bool {
        self.from.is_none() && self.has.is_empty() && !self.names_days()
    }

    /// Adds a piece; whether there was anything in it.
    fn add(&mut self, piece: &Piece<'_>) -> Result<bool, Error> {
        match piece {
            Piece::Quoted(text) => Ok(self.add_phrase(text, false)),
            Piece::Bare { text, last } => match text.split_once(':') {
                Some((name, value)) if self.add_operator(&name.to_lowercase(), value)? => Ok(true),
                _ => Ok(self.add_phrase(text, *last || text.ends_with('*'))),
            },
        }
    }

    fn add_phrase(&mut self, text: &str, prefix: bool) -> bool {
        let words: Vec<_> = tokens(text).into_iter().map(|token| token.folded).collect();
        let is_any = !words.is_empty();
        let phrase = Phrase { words, prefix };
        if is_any && !self.phrases.contains(&phrase) {
            self.phrases.push(phrase);
        }
        is_any
    }

    /// Adds what an operator says; false for what is no operator, such as the colon of an address.
    fn add_operator(&mut self, name: &str, value: &str) -> Result<bool, Error> {
        match name {
            "from" => self.from = Some(sender(value)?),
            "has" => {
                let wanted = Trait::parse(value)?;
                if !self.has.contains(&wanted) {
                    self.has.push(wanted);
                }
            }
            "before" => self.before = Some(day(name, value)?),
            "after" => self.after = Some(day(name, value)?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl TryFrom<String> for Query {
    type Error = Error;
    fn try_from(text: String) -> Result<Self, Error> {
        Query::parse(&text)
    }
}

fn sender(value: &str) -> Result<Sender, Error> {
    if value.eq_ignore_ascii_case("me") {
        return Ok(Sender::Me);
    }
    let person = UserId::parse(value.to_lowercase()).map(Sender::Person);
    person.map_err(|_| Error::bad_request("from: takes me or the id of a person"))
}

fn day(name: &str, value: &str) -> Result<Date, Error> {
    // A date has ten characters; jiff would read more, such as a time.
    let date = (value.len() == 10).then(|| value.parse().ok()).flatten();
    date.ok_or_else(|| Error::bad_request(format!("{name}: takes a day such as 2026-02-28")))
}

/// A part of a query.
enum Piece<'a> {
    /// Between quotation marks.
    Quoted(&'a str),
    /// Up to the next space or quotation mark.
    Bare { text: &'a str, last: bool },
}

/// The parts of a query, in their order. A quotation mark that is not closed quotes the rest.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for (number, run) in text.split(is_quote).enumerate() {
        if number % 2 == 1 {
            pieces.push(Piece::Quoted(run));
        } else {
            pieces.extend(run.split_whitespace().map(|text| Piece::Bare { text, last: false }));
        }
    }
    if let Some(Piece::Bare { last, .. }) = pieces.last_mut() {
        *last = true;
    }
    pieces
}

/// Quotation marks as keyboards make them.
fn is_quote(character: char) -> bool {
    matches!(character, '"' | '“' | '”' | '„' | '«' | '»' | '＂')
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn phrase(words: &[&str], prefix: bool) -> Phrase {
        Phrase { words: words.iter().map(|word| (*word).to_owned()).collect(), prefix }
    }

    fn phrases(text: &str) -> Vec<Phrase> {
        Query::parse(text).unwrap().phrases
    }

    #[test]
    fn the_last_word_may_be_the_beginning_of_one() {
        assert_eq!(phrases("Xin chào"), [phrase(&["xin"], false), phrase(&["chao"], true)]);
        assert_eq!(
            phrases("xin* chào bạn"),
            [phrase(&["xin"], true), phrase(&["chao"], false), phrase(&["ban"], true)]
        );
        assert_eq!(phrases("chao chao*"), [phrase(&["chao"], false), phrase(&["chao"], true)]);
    }

    #[test]
    fn what_is_quoted_stands_together() {
        assert_eq!(
            phrases("\"xin chào\" bạn \"a"),
            [phrase(&["xin", "chao"], false), phrase(&["ban"], false), phrase(&["a"], false)]
        );
        assert_eq!(phrases("“guten Tag”"), [phrase(&["guten", "tag"], false)]);
    }

    #[test]
    fn a_word_of_several_parts_is_a_phrase() {
        assert_eq!(phrases("example.com"), [phrase(&["example", "com"], true)]);
        assert_eq!(phrases("東京"), [phrase(&["東", "京"], true)]);
        assert_eq!(phrases("note:this 8:30"), [phrase(&["note", "this"], false), phrase(&["8", "30"], true)]);
    }

    #[test]
    fn operators_say_who_what_and_when() {
        let query = Query::parse("From:ME has:link has:LINK before:2026-03-01 after:2026-02-01 pho").unwrap();
        assert_eq!(query.from, Some(Sender::Me));
        assert_eq!(query.has, [Trait::Link]);
        assert_eq!((query.before, query.after), (Some(date(2026, 3, 1)), Some(date(2026, 2, 1))));
        assert!(query.names_days() && !query.is_words_only());
        let id = "00000000-0000-4000-8000-00000000000a";
        let query = Query::parse(&format!("from:{}", id.to_uppercase())).unwrap();
        assert_eq!(query.from, Some(Sender::Person(UserId::parse(id).unwrap())));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let long = "a".repeat(257);
        let many = "a ".repeat(11);
        for bad in
            ["", "  ", "—", "\"\"", "from:", "from:bob", "has:", "has:money", "before:soon", &long, &many]
        {
            assert!(Query::parse(bad).is_err(), "{bad:?}");
        }
        for bad in ["before:2026-02-30", "after:2026-2-1", "after:2026-02-01T00:00", "before:+002026-02-01"] {
            assert!(Query::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Query::parse(&"a ".repeat(10)).is_ok());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn any_text_is_understood_or_refused(text in "(from:|has:|before:|after:|\"|\\*|\\PC|[ a-z0-9-]){0,60}") {
            if let Ok(query) = Query::parse(&text) {
                let terms = query.phrases.len() + query.has.len() + usize::from(query.from.is_some())
                    + usize::from(query.before.is_some()) + usize::from(query.after.is_some());
                prop_assert!((1..=MAX_TERMS).contains(&terms));
                prop_assert!(query.phrases.iter().all(|phrase| !phrase.words.is_empty()));
                prop_assert_eq!(Query::parse(query.as_str()), Ok(query.clone()));
            }
        }
    }
}

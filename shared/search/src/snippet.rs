//! Where in a message something was found, to be shown.

use domain::message::Message;
use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;

use crate::document::texts;
use crate::filter::Filter;
use crate::token::{Token, tokens};

/// The most characters of a snippet, besides the signs that something was cut.
const LENGTH: usize = 120;
/// How many of them may stand before the first word that was found.
const LEAD: usize = 30;
/// What stands for a part that was cut.
const CUT: &str = "…";

/// A part of a snippet, in UTF-16 code units: what `String` counts in JavaScript, Kotlin and Java, and `NSString` on iOS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first unit.
    pub start: usize,
    /// The unit after the last.
    pub end: usize,
}

/// Part of a message, with what was found in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Snippet {
    /// Whole characters of the message, up to 120, on one line; `…` stands where some were cut.
    pub snippet: String,
    /// The words that were found, in their order; they do not overlap. Empty if the query has no words.
    pub highlights: Vec<Span>,
}

impl Filter {
    /// Where the words of the query stand in a message: in its text, or else in the first of its other parts that has
    /// any.
    pub fn snippet(&self, message: &Message) -> Snippet {
        let texts = texts(message);
        let found = texts.iter().map(|text| (*text, self.places(text)));
        let shown = found.clone().find(|(_, places)| !places.is_empty()).or_else(|| found.clone().next());
        shown.map_or(Snippet { snippet: String::new(), highlights: Vec::new() }, |(text, places)| {
            cut(text, &places)
        })
    }

    /// Which bytes of a text are words of the query; in order, none of them twice.
    fn places(&self, text: &str) -> Vec<(usize, usize)> {
        let tokens = tokens(text);
        let words: Vec<&str> = tokens.iter().map(|token| token.folded.as_str()).collect();
        let mut is_found = vec![false; tokens.len()];
        for phrase in &self.phrases {
            let length = phrase.words.len();
            let starts = words.windows(length).enumerate().filter(|(_, some)| phrase.is(some));
            for start in starts.map(|(start, _)| start).collect::<Vec<_>>() {
                is_found.iter_mut().skip(start).take(length).for_each(|found| *found = true);
            }
        }
        let found = tokens.iter().zip(is_found).filter(|(_, found)| *found).map(|(token, _)| token);
        joined(found)
    }
}

/// Words that touch are one place, as the letters of a Chinese word do.
fn joined<'a>(found: impl Iterator<Item = &'a Token>) -> Vec<(usize, usize)> {
    let mut places: Vec<(usize, usize)> = Vec::new();
    for token in found {
        match places.last_mut() {
            Some((_, end)) if token.start <= *end => *end = token.end.max(*end),
            _ => places.push((token.start, token.end)),
        }
    }
    places
}

/// The part of a text around its first place.
fn cut(text: &str, places: &[(usize, usize)]) -> Snippet {
    let first = places.first().map_or(0, |(start, _)| *start);
    let clusters: Vec<(usize, &str)> = text.grapheme_indices(true).collect();
    let at = clusters.partition_point(|(start, _)| *start < first);
    let from =
        if clusters.len() <= LENGTH { 0 } else { at.saturating_sub(LEAD).min(clusters.len() - LENGTH) };
    let to = (from + LENGTH).min(clusters.len());
    let mut writer = Writer::default();
    if from > 0 {
        writer.write(CUT);
    }
    for (start, cluster) in clusters.iter().take(to).skip(from) {
        let is_found = places.iter().any(|(begin, end)| begin <= start && start < end);
        writer.mark(is_found);
        // Lines end where clients want them to.
        writer.write(if cluster.chars().all(char::is_control) { " " } else { cluster });
    }
    writer.mark(false);
    if to < clusters.len() {
        writer.write(CUT);
    }
    Snippet { snippet: writer.text, highlights: writer.spans }
}

/// A text with spans, counted as it is written.
#[derive(Default)]
struct Writer {
    text: String,
    length: usize,
    spans: Vec<Span>,
    begun: Option<usize>,
}

impl Writer {
    fn write(&mut self, part: &str) {
        self.text.push_str(part);
        self.length += part.encode_utf16().count();
    }

    /// Begins or ends a span, if that is a change.
    fn mark(&mut self, is_found: bool) {
        match (self.begun, is_found) {
            (None, true) => self.begun = Some(self.length),
            (Some(start), false) => {
                self.spans.push(Span { start, end: self.length });
                self.begun = None;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::account::TimeZone;
    use proptest::prelude::*;

    use super::*;
    use crate::document::tests::{message, user};
    use crate::query::Query;

    fn snippet(query: &str, text: &str) -> Snippet {
        Filter::new(&Query::parse(query).unwrap(), &user(1), &TimeZone::default()).snippet(&message(1, text))
    }

    /// The highlighted parts, taken out as a client does.
    fn marked(query: &str, text: &str) -> Vec<String> {
        let Snippet { snippet, highlights } = snippet(query, text);
        let units: Vec<u16> = snippet.encode_utf16().collect();
        highlights.iter().map(|span| String::from_utf16(&units[span.start..span.end]).unwrap()).collect()
    }

    #[test]
    fn the_words_are_marked_as_they_are_written() {
        assert_eq!(marked("chao", "Xin CHÀO, chào nhé"), ["CHÀO", "chào"]);
        assert_eq!(marked("\"xin chao\"", "xin xin chào"), ["xin", "chào"]);
        assert_eq!(marked("stras", "🎉 die Straße"), ["Straße"]);
        assert_eq!(marked("東京", "🎉今日は東京に"), ["東京"]);
        assert_eq!(marked("has:link", "www.example.com"), Vec::<String>::new());
    }

    #[test]
    fn a_long_text_is_cut_around_the_first_word() {
        let text = format!("{}phở{}", "á ".repeat(100), " ngon".repeat(100));
        let shown = snippet("pho", &text);
        assert!(shown.snippet.starts_with(CUT) && shown.snippet.ends_with(CUT), "{}", shown.snippet);
        assert_eq!(shown.snippet.graphemes(true).count(), LENGTH + 2);
        assert_eq!(marked("pho", &text), ["phở"]);
        assert_eq!(shown.highlights[0].start, 1 + LEAD);
    }

    #[test]
    fn a_short_text_is_shown_whole_and_on_one_line() {
        let shown = snippet("b", "a\nb");
        assert_eq!(shown, Snippet { snippet: "a b".to_owned(), highlights: vec![Span { start: 2, end: 3 }] });
    }

    #[test]
    fn another_part_is_shown_if_the_words_are_there() {
        let mut sent = message(1, "");
        sent.text = None;
        sent.location = Some(domain::message::Location {
            latitude: 0.0,
            longitude: 0.0,
            name: Some("Office".to_owned()),
            address: Some("1 Main Street".to_owned()),
            accuracy: None,
        });
        let filter = Filter::new(&Query::parse("main").unwrap(), &user(1), &TimeZone::default());
        assert_eq!(filter.snippet(&sent).snippet, "1 Main Street");
    }

    proptest! {
        #[test]
        fn spans_lie_in_the_snippet_and_hold_words(
            text in "[a-cà 東👍🏽\n]{0,200}", query in "[a-c東👍]{1,3}",
        ) {
            let Snippet { snippet, highlights } = snippet(&query, &text);
            let units: Vec<u16> = snippet.encode_utf16().collect();
            let mut last = 0;
            for span in highlights {
                prop_assert!(last <= span.start && span.start < span.end && span.end <= units.len());
                prop_assert!(String::from_utf16(&units[span.start..span.end]).is_ok());
                last = span.end;
            }
            prop_assert!(snippet.graphemes(true).count() <= LENGTH + 2);
        }
    }
}

//! What a message must be like to be found.

use domain::account::TimeZone;
use domain::id::UserId;
use domain::message::Message;
use jiff::Timestamp;

use crate::document::{Document, Trait, words};
use crate::query::{Phrase, Query, Sender};
use crate::zone::beginning;

/// A query as one person means it: whose messages are theirs, and when their days begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    pub(crate) phrases: Vec<Phrase>,
    /// What the words of a message must hold, one for each phrase.
    needles: Vec<String>,
    from: Option<UserId>,
    has: Vec<Trait>,
    /// Sent before this moment.
    before: Option<Timestamp>,
    /// Sent at this moment or later.
    since: Option<Timestamp>,
}

impl Filter {
    /// The query of a person. `before:` a day is before it begins, `after:` a day is after it ends, in the person's time
    /// zone.
    pub fn new(query: &Query, person: &UserId, zone: &TimeZone) -> Self {
        let from = query.from.as_ref().map(|sender| match sender {
            Sender::Me => person.clone(),
            Sender::Person(other) => other.clone(),
        });
        let next = |day: jiff::civil::Date| day.tomorrow().map(|next| beginning(next, zone));
        Filter {
            needles: query.phrases.iter().map(Phrase::needle).collect(),
            phrases: query.phrases.clone(),
            from,
            has: query.has.clone(),
            before: query.before.map(|day| beginning(day, zone)),
            // After the last day there is nothing.
            since: query.after.map(|day| next(day).unwrap_or(Timestamp::MAX)),
        }
    }

    /// Whether a document is what is looked for.
    pub fn meets(&self, document: &Document) -> bool {
        self.from.as_ref().is_none_or(|from| *from == document.sender)
            && self.has.iter().all(|wanted| document.has(*wanted))
            && self.before.is_none_or(|before| document.at < before)
            && self.since.is_none_or(|since| document.at >= since)
            && self.needles.iter().all(|needle| document.words.contains(needle.as_str()))
    }

    /// Whether a message is what is looked for, as it is now.
    pub fn finds(&self, message: &Message) -> bool {
        Document::of(message).is_some_and(|document| self.meets(&document))
    }

    /// Whether a name or title has all the words; false if more than words is looked for.
    pub fn names(&self, name: &str) -> bool {
        let is_words_only =
            self.from.is_none() && self.has.is_empty() && self.before.is_none() && self.since.is_none();
        let words = words(&[name]);
        is_words_only && self.needles.iter().all(|needle| words.contains(needle.as_str()))
    }

    /// The moment before which nothing is looked for.
    pub(crate) fn since(&self) -> Option<Timestamp> {
        self.since
    }
}

impl Phrase {
    /// What the words of a document hold if the phrase is in it.
    fn needle(&self) -> String {
        let end = if self.prefix { "" } else { " " };
        format!(" {}{end}", self.words.join(" "))
    }

    /// Whether these words are the phrase.
    pub(crate) fn is(&self, words: &[&str]) -> bool {
        let Some(((last, before), (own_last, own_before))) = words.split_last().zip(self.words.split_last())
        else {
            return false;
        };
        let ends = if self.prefix { last.starts_with(own_last.as_str()) } else { last == own_last };
        ends && before == own_before
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::tests::{message, user};
    use crate::token::tokens;

    fn filter(query: &str) -> Filter {
        Filter::new(&Query::parse(query).unwrap(), &user(1), &TimeZone::default())
    }

    #[test]
    fn words_are_found_in_any_spelling() {
        let found = [
            ("Xin chào các bạn", "xin chao"),
            ("Xin chào các bạn", "BẠN xin"),
            ("Xin chào các bạn", "cha"),
            ("Xin chào các bạn", "\"chào các\""),
            ("Đường về nhà", "duong nha"),
            ("今日は東京に行きます", "東京"),
            ("今日は東京に行きます", "京に"),
            ("我们明天去北京吃饭", "北京吃"),
            ("오늘 학교에서 만나요", "학교"),
            ("พรุ่งนี้ไปกรุงเทพ", "กรุงเทพ"),
            ("see https://example.com/a", "example.com"),
            ("well 👍🏿", "👍"),
        ];
        for (text, query) in found {
            assert!(filter(query).finds(&message(1, text)), "{query} in {text}");
        }
        let missed = [
            ("Xin chào các bạn", "xi ban"),
            ("Xin chào các bạn", "\"xin các\""),
            ("Xin chào các bạn", "\"xi\""),
            ("今日は東京に行きます", "京東"),
            ("ketchup", "chup"),
        ];
        for (text, query) in missed {
            assert!(!filter(query).finds(&message(1, text)), "{query} in {text}");
        }
    }

    #[test]
    fn operators_choose() {
        let sent = message(1, "see www.example.com");
        assert!(filter("from:me has:link").finds(&sent));
        assert!(!filter("has:location").finds(&sent));
        assert!(!filter("has:link has:location").finds(&sent));
        assert!(!filter(&format!("from:{}", user(2))).finds(&sent));
    }

    #[test]
    fn the_days_that_are_named_are_left_out() {
        // Sent one second into the year 1970.
        let sent = message(1, "new year");
        for (query, is_found) in [
            ("before:1970-01-01", false),
            ("before:1970-01-02", true),
            ("after:1970-01-01", false),
            ("after:1969-12-31", true),
        ] {
            assert_eq!(filter(query).finds(&sent), is_found, "{query}");
        }
        let query = Query::parse("before:1970-01-01").unwrap();
        let zone = TimeZone::parse("Asia/Ho_Chi_Minh").unwrap();
        assert!(!Filter::new(&query, &user(1), &zone).finds(&sent), "there it is seven o'clock");
        let query = Query::parse("after:1969-12-31").unwrap();
        assert!(Filter::new(&query, &user(1), &zone).finds(&sent));
    }

    #[test]
    fn names_have_words_and_nothing_else() {
        assert!(filter("ban be").names("Bạn bè"));
        assert!(!filter("ban has:link").names("Bạn bè"));
    }

    /// Word by word, as the documentation says it.
    fn one_by_one(query: &Query, text: &str) -> bool {
        let words: Vec<_> = tokens(text).into_iter().map(|token| token.folded).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        query.phrases.iter().all(|phrase| words.windows(phrase.words.len()).any(|some| phrase.is(some)))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn what_is_found_is_what_has_the_words(
            text in "[a-cà Đđ東京👍\n.]{0,16}", query in "[a-cà đ東京👍*\"]{1,6}",
        ) {
            if let Ok(query) = Query::parse(&query) {
                let filter = Filter::new(&query, &user(1), &TimeZone::default());
                prop_assert_eq!(filter.finds(&message(1, &text)), one_by_one(&query, &text));
            }
        }
    }
}

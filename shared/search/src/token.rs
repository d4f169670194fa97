//! The words of a text.
//!
//! A word is a run of letters and digits. Scripts that put no spaces between words (Chinese, Japanese, Thai and others,
//! and Korean, which hangs its particles on) are taken letter by letter: what stands between two letters of a query
//! stands between them in the text, which finds any part of a sentence. An emoji is a word, in whatever skin.

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use crate::fold::fold;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// In the one spelling.
    pub(crate) folded: String,
    /// Where it begins in the text, in bytes; at the beginning of a grapheme cluster.
    pub(crate) start: usize,
    /// Where it ends.
    pub(crate) end: usize,
}

/// The words of a text, in their order.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut reader = Reader { tokens: Vec::new(), open: false };
    for (start, cluster) in text.grapheme_indices(true) {
        let end = start + cluster.len();
        if is_emoji(cluster) {
            reader.alone(&bare_emoji(cluster), start, end);
            continue;
        }
        for character in fold(cluster).chars() {
            reader.take(character, start, end);
        }
    }
    reader.tokens
}

struct Reader {
    tokens: Vec<Token>,
    /// Whether the last word may go on.
    open: bool,
}

impl Reader {
    fn take(&mut self, character: char, start: usize, end: usize) {
        if character.is_alphanumeric() && is_unspaced(character) {
            self.alone(character.encode_utf8(&mut [0; 4]), start, end);
        } else if character.is_alphanumeric() || (self.open && is_combining_mark(character)) {
            self.go_on(character, start, end);
        } else {
            self.open = false;
        }
    }

    fn alone(&mut self, folded: &str, start: usize, end: usize) {
        self.tokens.push(Token { folded: folded.to_owned(), start, end });
        self.open = false;
    }

    fn go_on(&mut self, character: char, start: usize, end: usize) {
        match self.tokens.last_mut().filter(|_| self.open) {
            Some(last) => {
                last.folded.push(character);
                last.end = end;
            }
            None => self.tokens.push(Token { folded: character.to_string(), start, end }),
        }
        self.open = true;
    }
}

/// Letters of scripts without spaces between words, and those of Korean.
fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{0E00}'..='\u{0EFF}' // Thai, Lao
        | '\u{1000}'..='\u{109F}' // Myanmar
        | '\u{1100}'..='\u{11FF}' // Korean
        | '\u{1780}'..='\u{17FF}' // Khmer
        | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{318F}' // Kana, Bopomofo, Korean
        | '\u{31A0}'..='\u{31BF}'
        | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}' // Han
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7FF}' // Korean
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}')
}

fn is_emoji(cluster: &str) -> bool {
    !cluster.is_ascii() && emojis::get(cluster).is_some()
}

/// Without skin tone and without the mark that asks for colour.
fn bare_emoji(cluster: &str) -> String {
    cluster.chars().filter(|part| !matches!(part, '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}')).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.folded).collect()
    }

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        assert_eq!(words("Hẹn gặp lúc 8:30, nhé!"), ["hen", "gap", "luc", "8", "30", "nhe"]);
        assert_eq!(
            words("don't e-mail a_b@example.com"),
            ["don", "t", "e", "mail", "a", "b", "example", "com"]
        );
        assert_eq!(words("  —  "), Vec::<String>::new());
        assert_eq!(words("हिन्दी"), ["हिन्दी"]);
    }

    #[test]
    fn scripts_without_spaces_are_read_letter_by_letter() {
        assert_eq!(words("東京タワー"), ["東", "京", "た", "わ", "ー"]);
        assert_eq!(words("iPhone15を買う"), ["iphone15", "を", "買", "う"]);
        assert_eq!(words("학교에서"), ["학", "교", "에", "서"]);
    }

    #[test]
    fn an_emoji_is_a_word_in_any_skin() {
        assert_eq!(words("ok👍🏽!"), ["ok", "👍"]);
        assert_eq!(words("❤️"), words("❤"));
        assert_eq!(words("👨‍👩‍👧"), ["👨‍👩‍👧"]);
        assert_eq!(words("1 # *"), ["1"]);
    }

    #[test]
    fn a_word_knows_where_it_stands() {
        let text = "ăn phở";
        let found: Vec<_> = tokens(text).iter().map(|token| &text[token.start..token.end]).collect();
        assert_eq!(found, ["ăn", "phở"]);
        // One letter in the text, three in the one spelling.
        assert_eq!(words("①ﬃ"), ["1ffi"]);
    }

    proptest! {
        #[test]
        fn words_stand_in_the_text_one_after_another(text in "\\PC{0,40}") {
            let mut last = 0;
            for token in tokens(&text) {
                prop_assert!(token.start >= last && token.end > token.start);
                prop_assert!(text.get(token.start..token.end).is_some());
                prop_assert!(!token.folded.is_empty() && !token.folded.contains(' '));
                last = token.start;
            }
        }

        #[test]
        fn a_spelling_is_read_as_it_was_written(text in "\\PC{0,40}") {
            let spelling = words(&text).join(" ");
            prop_assert_eq!(words(&spelling).join(" "), spelling);
        }
    }
}

//! One spelling for everything that people take for the same.
//!
//! Compatibility forms, capitals and accents are folded: `Trần Đức` is `tran duc`, `ＡＢＣ` is `abc`, `ラーメン` is `らーめん`.
//! Marks that make another letter stay: the dots of kana, the vowels of Indic and Thai scripts.

use unicode_normalization::UnicodeNormalization;

/// The folded form of a text; folding it again changes nothing.
pub(crate) fn fold(text: &str) -> String {
    let bare = text.nfkd().filter(|character| !is_accent(*character) && !is_unseen(*character));
    let mut folded = String::with_capacity(text.len());
    for character in bare.flat_map(char::to_lowercase) {
        match letters(character) {
            Some(letters) => folded.push_str(letters),
            // Lower-casing may bring a mark of its own.
            None if is_accent(character) => {}
            None => folded.push(character),
        }
    }
    folded.nfc().map(hiragana).collect()
}

/// What people type for letters that Unicode does not take apart.
fn letters(character: char) -> Option<&'static str> {
    Some(match character {
        'đ' | 'ð' => "d",
        'ø' => "o",
        'ł' => "l",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ς' => "σ",
        _ => return None,
    })
}

/// Both kinds of kana sound the same.
fn hiragana(character: char) -> char {
    match character {
        '\u{30A1}'..='\u{30F6}' => char::from_u32(u32::from(character) - 0x60).unwrap_or(character),
        _ => character,
    }
}

/// Marks that are left out by whoever types in a hurry: Latin, Greek and Cyrillic accents, Hebrew and Arabic points.
fn is_accent(character: char) -> bool {
    matches!(character,
        '\u{0300}'..='\u{036F}'
        | '\u{0483}'..='\u{0487}'
        | '\u{0591}'..='\u{05BD}' | '\u{05BF}' | '\u{05C1}'..='\u{05C2}' | '\u{05C4}'..='\u{05C5}' | '\u{05C7}'
        | '\u{0610}'..='\u{061A}' | '\u{0640}' | '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{06D6}'..='\u{06DC}'
        | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

/// Characters that show nothing and separate nothing.
fn is_unseen(character: char) -> bool {
    matches!(character, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accents_and_capitals_are_one() {
        let pairs = [
            ("Xin chào", "xin chao"),
            ("Trần Đức", "tran duc"),
            ("ÉCOLE", "ecole"),
            ("Straße", "strasse"),
            ("İstanbul", "istanbul"),
            ("Ægir Łódź", "aegir lodz"),
            ("ＡＢＣ１２３", "abc123"),
            ("Ὀδυσσεύς", "οδυσσευσ"),
            ("мо́локо", "молоко"),
            ("שָׁלוֹם", "שלום"),
            ("so\u{00AD}ft", "soft"),
        ];
        for (text, folded) in pairs {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn marks_that_make_another_letter_stay() {
        assert_ne!(fold("か"), fold("が"));
        assert_ne!(fold("कि"), fold("क"));
        assert_ne!(fold("ที"), fold("ท"));
        assert_eq!(fold("한국"), "한국");
    }

    #[test]
    fn kana_of_both_kinds_and_widths_are_one() {
        assert_eq!(fold("ラーメン"), fold("らーめん"));
        assert_eq!(fold("ﾗｰﾒﾝ"), fold("ラーメン"));
        assert_eq!(fold("ｶﾞ"), fold("が"));
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}

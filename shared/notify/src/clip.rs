//! Cutting text.

use unicode_segmentation::UnicodeSegmentation;

/// What stands where something was cut off.
const ELLIPSIS: &str = "…";

/// At most so many bytes of a text, whole characters (grapheme clusters); an ellipsis says that there was more.
pub(crate) fn clip(text: &str, bytes: usize) -> String {
    if text.len() <= bytes {
        return text.to_owned();
    }
    let room = bytes.saturating_sub(ELLIPSIS.len());
    let mut end = 0;
    for (start, cluster) in text.grapheme_indices(true) {
        if start + cluster.len() > room {
            break;
        }
        end = start + cluster.len();
    }
    match text.get(..end) {
        Some(short) if end > 0 => format!("{}{ELLIPSIS}", short.trim_end()),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_family_is_not_torn_apart() {
        let family = "👨‍👩‍👧‍👦";
        assert_eq!(clip(&family.repeat(2), family.len() + 3), format!("{family}…"));
        assert_eq!(clip(family, family.len() - 1), "");
        assert_eq!(clip("short", 5), "short");
    }

    proptest! {
        #[test]
        fn it_is_a_beginning_that_fits(text in "\\PC{0,100}", bytes in 0_usize..200) {
            let short = clip(&text, bytes);
            prop_assert!(short.len() <= bytes);
            prop_assert!(text.starts_with(short.trim_end_matches('…').trim_end()) || short == text);
        }
    }
}

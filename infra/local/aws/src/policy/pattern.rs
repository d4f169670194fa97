//! Wildcards of IAM: `*` for any characters, `?` for one.

/// Whether the whole text fits the pattern.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    // Where to go back to: behind the last star, and what it has swallowed so far.
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                retry = Some((p + 1, t));
                p += 1;
            }
            Some(&c) if c == b'?' || c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((after_star, swallowed)) = retry else { return false };
                retry = Some((after_star, swallowed + 1));
                p = after_star;
                t = swallowed + 1;
            }
        }
    }
    pattern[p..].iter().all(|&c| c == b'*')
}

/// The same, upper and lower case alike, as actions are compared.
pub(crate) fn matches_action(pattern: &str, action: &str) -> bool {
    pattern == "*" || matches(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_stand_for_text() {
        let cases = [
            ("", "", true),
            ("*", "", true),
            ("*", "anything", true),
            ("abc", "abc", true),
            ("abc", "abcd", false),
            ("a*c", "abbbc", true),
            ("a*c", "abbbd", false),
            ("a*b*c", "a-b-b-c", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("arn:aws:dynamodb:*:*:table/T/index/*", "arn:aws:dynamodb:us-east-1:0:table/T/index/gsi1", true),
            ("arn:aws:dynamodb:*:*:table/T", "arn:aws:dynamodb:us-east-1:0:table/T/index/gsi1", false),
            ("*ab", "aab", true),
            ("USER#*", "USER#", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(matches(pattern, text), expected, "{pattern} ~ {text}");
        }
    }

    #[test]
    fn actions_are_compared_without_case() {
        assert!(matches_action("dynamodb:get*", "dynamodb:GetItem"));
        assert!(!matches_action("dynamodb:Put*", "dynamodb:GetItem"));
    }
}

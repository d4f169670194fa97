//! Addresses and numbers.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use regex::Regex;

#[expect(clippy::expect_used, reason = "the pattern is a constant that a test compiles")]
static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    let label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    Regex::new(&format!(r"^[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{label}(?:\.{label})*$"))
        .expect("a valid pattern")
});

/// `local@domain`.
pub(super) fn is_email(text: &str) -> bool {
    EMAIL.is_match(text)
}

/// A URL with a scheme, and without `//` in its path.
pub(super) fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let mut letters = scheme.chars();
    let starts = letters.next().is_some_and(|letter| letter.is_ascii_alphabetic());
    let goes_on = letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.'));
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    starts && goes_on && !rest.is_empty() && !path.contains("//") && !text.contains(char::is_whitespace)
}

/// Digits with spaces and hyphens, and perhaps a country code; without one, a number of North America.
pub(super) fn is_phone(text: &str) -> bool {
    let (international, rest) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
    let fits = rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '.'));
    let digits = rest.chars().filter(char::is_ascii_digit).count();
    fits && if international { (7..=15).contains(&digits) } else { (10..=11).contains(&digits) }
}

/// Version 4 or 6, with an optional prefix length.
pub(super) fn is_ip_address(text: &str) -> bool {
    let (address, prefix) =
        text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    let most = match (address.parse::<Ipv4Addr>(), address.parse::<Ipv6Addr>()) {
        (Ok(_), _) => 32,
        (_, Ok(_)) => 128,
        _ => return false,
    };
    prefix.is_none_or(|prefix| prefix.parse::<u8>().is_ok_and(|bits| bits <= most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_addresses() {
        assert!(is_email("username@example.com") && is_email("a+b@localhost"));
        assert!(!is_email("username") && !is_email("a b@example.com") && !is_email("a@-b.com"));
    }

    #[test]
    fn urls() {
        for text in
            ["https://www.amazon.com/dp/B000NZW3KC/", "mailto:example@example.com", "http://localhost/"]
        {
            assert!(is_url(text), "{text}");
        }
        for text in ["www.amazon.com", "https://example.com/a//b", "", "https://", "1http://x"] {
            assert!(!is_url(text), "{text}");
        }
    }

    #[test]
    fn telephone_numbers() {
        assert!(is_phone("+49 170 1234567") && is_phone("206-555-0100"));
        assert!(!is_phone("12345") && !is_phone("+49 abc") && !is_phone(""));
    }

    #[test]
    fn internet_addresses() {
        for text in ["123.12.34.56", "1a2b:3c4b::1234:4567", "10.0.0.0/8", "fe80::/10"] {
            assert!(is_ip_address(text), "{text}");
        }
        for text in ["1.2.3", "[::1]", "10.0.0.0/33", "::1/129", "localhost"] {
            assert!(!is_ip_address(text), "{text}");
        }
    }
}

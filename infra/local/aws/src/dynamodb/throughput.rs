//! The throughput of one partition, which no capacity mode raises: a hot key is throttled.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use local_core::clock::Clock;

use super::access::Grant;
use super::capacity::Units;

/// What one partition gives per second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Throughput {
    /// Read units per second.
    pub read: f64,
    /// Write units per second.
    pub write: f64,
}

impl Throughput {
    /// What AWS documents for a partition.
    pub const AWS: Throughput = Throughput { read: 3_000.0, write: 1_000.0 };
}

/// Counts each partition's units of the present second.
pub(super) struct Partitions {
    clock: Clock,
    state: Mutex<Counted>,
}

#[derive(Default)]
struct Counted {
    limit: Option<Throughput>,
    second: i64,
    used: HashMap<(String, String), Units>,
}

impl Partitions {
    pub(super) fn new(clock: Clock) -> Self {
        Partitions { clock, state: Mutex::default() }
    }

    pub(super) fn set(&self, limit: Option<Throughput>) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = Counted { limit, ..Counted::default() };
    }

    /// Whether a partition that these permissions name has used up its second.
    pub(super) fn exhausted(&self, grants: &[Grant]) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(limit) = state.limit else { return false };
        state.turn(self.clock.epoch_seconds());
        partitions(grants)
            .filter_map(|partition| state.used.get(&partition))
            .any(|used| used.read >= limit.read || used.write >= limit.write)
    }

    /// Charges a call's units to the partitions that it named, in equal parts.
    pub(super) fn charge(&self, grants: &[Grant], units: Units) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.limit.is_none() {
            return;
        }
        state.turn(self.clock.epoch_seconds());
        let share = u32::try_from(partitions(grants).count().max(1)).map_or(f64::MAX, f64::from);
        for partition in partitions(grants) {
            let used = state.used.entry(partition).or_default();
            used.read += units.read / share;
            used.write += units.write / share;
        }
    }
}

impl Counted {
    fn turn(&mut self, second: i64) {
        if self.second != second {
            self.second = second;
            self.used.clear();
        }
    }
}

fn partitions(grants: &[Grant]) -> impl Iterator<Item = (String, String)> {
    grants.iter().flat_map(|grant| grant.leading_keys.iter().map(|key| (grant.resource.clone(), key.clone())))
}

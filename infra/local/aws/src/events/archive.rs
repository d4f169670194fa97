//! The last events, for people and tests.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde_json::Value;

/// How many events are kept.
const KEPT: usize = 1_000;

/// An event, and whom it was for.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArchivedEvent {
    /// The bus's name.
    pub bus: String,
    /// The rules that matched.
    pub rules: Vec<String>,
    /// The event as its targets see it.
    pub event: Value,
}

/// The last thousand events, newest last.
#[derive(Default)]
pub(super) struct Archive {
    events: Mutex<VecDeque<ArchivedEvent>>,
}

impl Archive {
    pub(super) fn keep(&self, event: ArchivedEvent) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        if events.len() == KEPT {
            events.pop_front();
        }
        events.push_back(event);
    }

    pub(super) fn list(&self) -> Vec<ArchivedEvent> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    pub(super) fn clear(&self) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

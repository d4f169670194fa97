//! The subscriptions of one socket, by the names that the client gave them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How many subscriptions a socket may carry.
pub(super) const MOST_SUBSCRIPTIONS: usize = 200;

/// What a socket carries.
#[derive(Debug, Default)]
pub(super) struct Session {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    is_closed: bool,
    by_id: HashMap<String, Stage>,
}

/// How far a subscription is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stage {
    Starting,
    Running { field: String, serial: u64 },
}

/// Why a name cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    Duplicate,
    TooMany,
}

impl Session {
    /// Takes a name for a subscription that is about to start.
    pub(super) fn reserve(&self, id: &str) -> Result<(), Taken> {
        let mut state = self.lock();
        if state.by_id.contains_key(id) {
            return Err(Taken::Duplicate);
        }
        if state.by_id.len() >= MOST_SUBSCRIPTIONS {
            return Err(Taken::TooMany);
        }
        state.by_id.insert(id.to_owned(), Stage::Starting);
        Ok(())
    }

    /// Starts a subscription, unless it has been stopped or the socket has gone meanwhile.
    pub(super) fn run(&self, id: &str, start: impl FnOnce() -> Stage) {
        let mut state = self.lock();
        if state.is_closed || state.by_id.get(id) != Some(&Stage::Starting) {
            return;
        }
        let stage = start();
        state.by_id.insert(id.to_owned(), stage);
    }

    /// Gives a name back.
    pub(super) fn forget(&self, id: &str) -> Option<Stage> {
        self.lock().by_id.remove(id)
    }

    /// Ends everything; what is still starting will not run.
    pub(super) fn close(&self) -> Vec<Stage> {
        let mut state = self.lock();
        state.is_closed = true;
        state.by_id.drain().map(|(_, stage)| stage).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_once() {
        let session = Session::default();
        assert_eq!(session.reserve("1"), Ok(()));
        assert_eq!(session.reserve("1"), Err(Taken::Duplicate));
        session.forget("1");
        assert_eq!(session.reserve("1"), Ok(()));
    }

    #[test]
    fn a_socket_carries_two_hundred() {
        let session = Session::default();
        for id in 0..MOST_SUBSCRIPTIONS {
            assert_eq!(session.reserve(&id.to_string()), Ok(()));
        }
        assert_eq!(session.reserve("more"), Err(Taken::TooMany));
    }

    #[test]
    fn what_was_stopped_while_it_started_does_not_run() {
        let session = Session::default();
        assert_eq!(session.reserve("1"), Ok(()));
        session.forget("1");
        session.run("1", || unreachable!("it was stopped"));
    }
}

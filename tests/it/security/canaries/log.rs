//! What functions log, as Lambda would get it.

use std::sync::{Arc, Mutex};

use lambda::{Clock, Lines};
use serde_json::Value;
use tests::house::functions;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::layer::SubscriberExt as _;

/// Lines, as they come. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Log {
    lines: Arc<Mutex<Vec<String>>>,
}

impl Log {
    /// Hears everything on this thread, at the most detailed level, as long as the guard lives.
    pub(super) fn listens(&self) -> DefaultGuard {
        let lines = Arc::clone(&self.lines);
        let names = functions().into_iter().map(|function| function.name);
        let write = move |line: &str| lines.lock().unwrap().push(line.to_owned());
        let layer = Lines::new(LevelFilter::TRACE, names, Clock::system(), write);
        tracing::subscriber::set_default(tracing_subscriber::registry().with(layer))
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    pub(super) fn parsed(&self) -> Vec<Value> {
        let lines = self.lines();
        lines
            .iter()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
            .collect()
    }
}

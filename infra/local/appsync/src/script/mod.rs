//! Resolver scripts in `APPSYNC_JS`.

mod host;
mod outcome;
mod rules;
mod thread;
mod tokens;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;

use crate::config::ConfigError;
use crate::engine::Engine;
use crate::error::Failure;
use crate::resolve::FieldCall;
pub(crate) use crate::script::outcome::{Effects, Ending, Invalidation, ScriptOutcome, SkipTo};

/// Which of a script's two functions to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Handler {
    Request,
    Response,
}

/// A script that AppSync would accept.
#[derive(Debug)]
pub(crate) struct Script {
    source: Arc<Source>,
}

/// What the thread of scripts needs to load one.
#[derive(Debug)]
struct Source {
    id: u64,
    /// The field, for messages.
    name: String,
    code: String,
}

impl Script {
    /// Checks the rules, loads the script and looks for its two functions.
    pub(crate) fn new(name: &str, code: &str) -> Result<Self, ConfigError> {
        static IDS: AtomicU64 = AtomicU64::new(0);
        let refused = |reason: String| ConfigError::Script { field: name.to_owned(), reason };
        rules::check(code).map_err(refused)?;
        let id = IDS.fetch_add(1, Ordering::Relaxed);
        let source = Arc::new(Source { id, name: name.to_owned(), code: code.to_owned() });
        thread::load(&source).map_err(refused)?;
        Ok(Script { source })
    }

    /// Runs one of the two functions with a context.
    pub(crate) async fn call(
        &self,
        engine: &Engine,
        handler: Handler,
        ctx: &Value,
        call: &FieldCall<'_>,
    ) -> ScriptOutcome {
        let now = engine.clock.now().as_millisecond();
        match thread::run(&self.source, handler, ctx.to_string(), now).await {
            Ok(text) => outcome::read(&text, call),
            Err(crash) => {
                tracing::warn!(field = self.source.name, ?handler, crash, "a resolver script crashed");
                let ending = Ending::Failure(Failure::new("Code", "Runtime Error"));
                ScriptOutcome { ending, stash: ctx["stash"].clone(), effects: Effects::default() }
            }
        }
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        thread::forget(self.source.id);
    }
}

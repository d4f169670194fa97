//! What a handler has at hand.

use std::sync::Arc;
use std::time::Duration;

use aws_types::SdkConfig;
use data::Store;
use jiff::Timestamp;
use tokio::time::Instant;
use ulid::Ulid;

use crate::api::Api;
use crate::appsync::Info;
use crate::bus::Bus;
use crate::clock::Clock;
use crate::cursor::Cursors;
use crate::environment::Environment;
use crate::invocation::Facts;
use crate::people::People;
use crate::randomness::Randomness;

/// What is left of an invocation's time for its answer: it says that it failed rather than being ended.
const FAREWELL: Duration = Duration::from_millis(300);

/// The context of one invocation: time, ids, clients, and what the request asked for. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    pub(crate) shared: Arc<Shared>,
    store: Store,
    deadline: Option<Instant>,
    request_id: Arc<str>,
    trace: Option<Arc<str>>,
    info: Arc<Info>,
    facts: Arc<Facts>,
}

/// What all invocations of a function share.
pub(crate) struct Shared {
    pub(crate) environment: Environment,
    pub(crate) sdk: SdkConfig,
    pub(crate) clock: Clock,
    pub(crate) randomness: Randomness,
    pub(crate) store: Store,
    pub(crate) cursors: Cursors,
    pub(crate) bus: Bus,
    pub(crate) api: Api,
    pub(crate) people: People,
}

impl Context {
    pub(crate) fn new(shared: Shared) -> Self {
        Context {
            store: shared.store.clone(),
            shared: Arc::new(shared),
            deadline: None,
            request_id: Arc::from("none"),
            trace: None,
            info: Arc::default(),
            facts: Arc::default(),
        }
    }

    /// The same context for another invocation.
    #[must_use]
    pub fn for_request(&self, request_id: &str) -> Self {
        Context { request_id: Arc::from(request_id), facts: Arc::default(), ..self.clone() }
    }

    /// The same context as part of a trace: the header `X-Amzn-Trace-Id` of the invocation.
    #[must_use]
    pub fn within_trace(self, header: Option<&str>) -> Self {
        Context { trace: header.map(Arc::from), ..self }
    }

    /// The same context for an invocation that ends in so much time, its answer included; without it, no end is known.
    #[must_use]
    pub fn ending_in(self, time: Duration) -> Self {
        let deadline = Instant::now() + time.saturating_sub(FAREWELL);
        Context { store: self.store.until(deadline), deadline: Some(deadline), ..self }
    }

    /// Until when there must be an answer.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    pub(crate) fn within(self, info: Info) -> Self {
        Context { info: Arc::new(info), ..self }
    }

    /// The present moment. One handler may see it move.
    pub fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    /// A new ULID: the milliseconds of [`Context::now`] and 80 random bits. It orders nothing.
    pub fn new_id(&self) -> Ulid {
        let millis = u64::try_from(self.now().as_millisecond()).unwrap_or(0);
        Ulid::from_parts(millis, u128::from_be_bytes(self.random_bytes()))
    }

    /// Random bytes that nobody can guess.
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        self.shared.randomness.bytes()
    }

    /// The data access.
    ///
    /// A function without `TABLE_NAME` has one too, but every call of it is an `Internal` error.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Seals and opens `nextToken`s.
    pub fn cursors(&self) -> &Cursors {
        &self.shared.cursors
    }

    /// The event bus.
    pub fn bus(&self) -> &Bus {
        &self.shared.bus
    }

    /// Our own GraphQL API, called with the function's credentials and as part of its trace.
    pub fn api(&self) -> Api {
        self.shared.api.within_trace(self.trace.clone())
    }

    /// The user pool, for its triggers.
    pub fn people(&self) -> &People {
        &self.shared.people
    }

    /// How the function reaches AWS, for the clients of capability crates.
    pub fn sdk(&self) -> &SdkConfig {
        &self.shared.sdk
    }

    /// The id of this invocation, for logs and for clients to quote.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The id of the trace, if it is among those that are kept.
    pub(crate) fn sampled_trace(&self) -> Option<&str> {
        let parts = || self.trace.iter().flat_map(|header| header.split(';'));
        let is_kept = parts().any(|part| part.trim() == "Sampled=1");
        parts().find_map(|part| part.trim().strip_prefix("Root=")).filter(|_| is_kept)
    }

    /// What is known of the invocation.
    pub(crate) fn facts(&self) -> &Facts {
        &self.facts
    }

    /// A variable of the function's environment.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.shared.environment.get(name)
    }

    /// The name of the field, such as `listContacts`; empty outside AppSync.
    pub fn field_name(&self) -> &str {
        &self.info.field_name
    }

    /// Whether the request asks for a field of the answer, by its path: `receipts` or `items/sender`, whatever the
    /// aliases.
    ///
    /// AppSync does not tell what is behind an alias in a named fragment: beside one, a field that is not known to be
    /// left out counts as asked for.
    pub fn selects(&self, path: &str) -> bool {
        self.info.selection.has(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selection::Selection;
    use crate::testing::ctx;

    #[test]
    fn ids_carry_the_time_of_the_context() {
        let ctx = ctx();
        let (one, other) = (ctx.new_id(), ctx.new_id());
        assert_ne!(one, other);
        assert_eq!(one.timestamp_ms(), 1_795_000_000_000);
    }

    #[test]
    fn a_trace_is_named_where_it_can_be_looked_up() {
        let header = |sampled| {
            format!("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled={sampled}")
        };
        let trace = ctx().within_trace(Some(&header(1)));
        assert_eq!(trace.sampled_trace(), Some("1-5759e988-bd862e3fe1be46a994272793"));
        assert_eq!(ctx().within_trace(Some(&header(0))).sampled_trace(), None);
        assert_eq!(ctx().sampled_trace(), None);
    }

    #[test]
    fn the_selection_is_asked_by_path() {
        let selection_set_list = vec!["items".to_owned(), "items/sender".to_owned()];
        let selection = Selection { selection_set_list, ..Selection::default() };
        let ctx = ctx().within(Info { selection, ..Info::default() });
        assert!(ctx.selects("items/sender"));
        assert!(!ctx.selects("sender"));
    }
}

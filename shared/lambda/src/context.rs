//! What a handler has at hand.

use std::sync::Arc;

use data::Store;
use jiff::Timestamp;
use ulid::Ulid;

use crate::api::Api;
use crate::appsync::Info;
use crate::bus::Bus;
use crate::clock::Clock;
use crate::cursor::Cursors;
use crate::environment::Environment;
use crate::randomness::Randomness;

/// The context of one invocation: time, ids, clients, and what the request asked for. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    pub(crate) shared: Arc<Shared>,
    request_id: Arc<str>,
    info: Arc<Info>,
}

/// What all invocations of a function share.
pub(crate) struct Shared {
    pub(crate) environment: Environment,
    pub(crate) clock: Clock,
    pub(crate) randomness: Randomness,
    pub(crate) store: Store,
    pub(crate) cursors: Cursors,
    pub(crate) bus: Bus,
    pub(crate) api: Api,
}

impl Context {
    pub(crate) fn new(shared: Shared) -> Self {
        Context { shared: Arc::new(shared), request_id: Arc::from("none"), info: Arc::default() }
    }

    /// The same context for another invocation.
    #[must_use]
    pub fn for_request(&self, request_id: &str) -> Self {
        Context { request_id: Arc::from(request_id), ..self.clone() }
    }

    pub(crate) fn within(self, info: Info) -> Self {
        tracing::Span::current().record("field", format!("{}.{}", info.parent_type_name, info.field_name));
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
        &self.shared.store
    }

    /// Seals and opens `nextToken`s.
    pub fn cursors(&self) -> &Cursors {
        &self.shared.cursors
    }

    /// The event bus.
    pub fn bus(&self) -> &Bus {
        &self.shared.bus
    }

    /// Our own GraphQL API, called with the function's credentials.
    pub fn api(&self) -> &Api {
        &self.shared.api
    }

    /// The id of this invocation, for logs and for clients to quote.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// A variable of the function's environment.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.shared.environment.get(name)
    }

    /// The name of the field, such as `listContacts`; empty outside AppSync.
    pub fn field_name(&self) -> &str {
        &self.info.field_name
    }

    /// Whether the request asks for a field of the answer, by its path: `receipts` or `items/sender`.
    ///
    /// AppSync tells aliases instead of names, so an aliased field counts as not asked for: use this only to add
    /// what costs, never to leave out what is true.
    pub fn selects(&self, path: &str) -> bool {
        self.info.selection_set_list.iter().any(|selected| selected == path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::ctx;

    #[test]
    fn ids_carry_the_time_of_the_context() {
        let ctx = ctx();
        let (one, other) = (ctx.new_id(), ctx.new_id());
        assert_ne!(one, other);
        assert_eq!(one.timestamp_ms(), 1_795_000_000_000);
    }

    #[test]
    fn the_selection_is_asked_by_path() {
        let selection_set_list = vec!["items".to_owned(), "items/sender".to_owned()];
        let ctx = ctx().within(Info { selection_set_list, ..Info::default() });
        assert!(ctx.selects("items/sender"));
        assert!(!ctx.selects("sender"));
    }
}

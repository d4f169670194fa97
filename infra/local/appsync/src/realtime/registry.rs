//! The subscriptions that are running.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock, Weak};

use apollo_compiler::Name;

use crate::output::Output;
use crate::realtime::basic::ArgumentFilter;
use crate::realtime::filter::Filter;
use crate::realtime::frames;
use crate::realtime::outbox::Outbox;
use crate::realtime::project::Projection;
use crate::realtime::session::Session;
use crate::script::Invalidation;

/// A running subscription.
#[derive(Debug)]
pub(super) struct Subscription {
    pub(super) field: Name,
    /// The client's name for it.
    pub(super) id: String,
    pub(super) outbox: Outbox,
    pub(super) session: Weak<Session>,
    pub(super) matcher: Matcher,
    pub(super) invalidation: Option<Filter>,
    pub(super) projection: Arc<Projection>,
}

/// Which events a subscription wants.
#[derive(Debug)]
pub(super) enum Matcher {
    /// Those that its arguments describe.
    Arguments(ArgumentFilter),
    /// Those that its resolver described; then arguments have no say.
    Filter(Filter),
}

impl Matcher {
    pub(super) fn matches(&self, value: &Output) -> bool {
        match self {
            Matcher::Arguments(arguments) => arguments.matches(value),
            Matcher::Filter(filter) => filter.matches_output(value),
        }
    }
}

/// All running subscriptions of an API.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    running: RwLock<Running>,
}

#[derive(Debug, Default)]
struct Running {
    next: u64,
    by_field: HashMap<Name, BTreeMap<u64, Subscription>>,
    projections: HashMap<String, Weak<Projection>>,
}

impl Registry {
    /// Starts a subscription and tells the client. Nothing published can come between the two.
    pub(super) fn add(&self, subscription: Subscription) -> u64 {
        let mut running = self.write();
        let serial = running.next;
        running.next += 1;
        subscription.outbox.send(frames::start_ack(&subscription.id));
        running.by_field.entry(subscription.field.clone()).or_default().insert(serial, subscription);
        serial
    }

    pub(super) fn remove(&self, field: &str, serial: u64) {
        let mut running = self.write();
        if let Some(subscriptions) = running.by_field.get_mut(field) {
            subscriptions.remove(&serial);
        }
    }

    /// Visits every subscription of a field.
    pub(super) fn visit(&self, field: &str, mut visit: impl FnMut(&Subscription)) {
        let running = self.running.read().unwrap_or_else(PoisonError::into_inner);
        running.by_field.get(field).into_iter().flat_map(BTreeMap::values).for_each(&mut visit);
    }

    /// One projection for all who select the same.
    pub(super) fn share(&self, key: String, new: impl FnOnce() -> Projection) -> Arc<Projection> {
        let mut running = self.write();
        if let Some(known) = running.projections.get(&key).and_then(Weak::upgrade) {
            return known;
        }
        running.projections.retain(|_, projection| projection.strong_count() > 0);
        let projection = Arc::new(new());
        running.projections.insert(key, Arc::downgrade(&projection));
        projection
    }

    /// Ends the subscriptions whose invalidation filter matches.
    pub(crate) fn invalidate(&self, invalidation: &Invalidation) {
        let mut ended = Vec::new();
        if let Some(subscriptions) = self.write().by_field.get_mut(invalidation.subscription_field.as_str()) {
            let matching: Vec<u64> = subscriptions
                .iter()
                .filter(|(_, subscription)| {
                    let filter = subscription.invalidation.as_ref();
                    filter.is_some_and(|filter| filter.matches_json(&invalidation.payload))
                })
                .map(|(serial, _)| *serial)
                .collect();
            ended.extend(matching.iter().filter_map(|serial| subscriptions.remove(serial)));
        }
        for subscription in ended {
            if let Some(session) = subscription.session.upgrade() {
                session.forget(&subscription.id);
            }
            subscription.outbox.send(frames::complete(&subscription.id));
        }
    }

    /// How many subscriptions are running.
    pub(crate) fn len(&self) -> usize {
        let running = self.running.read().unwrap_or_else(PoisonError::into_inner);
        running.by_field.values().map(BTreeMap::len).sum()
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Running> {
        self.running.write().unwrap_or_else(PoisonError::into_inner)
    }
}

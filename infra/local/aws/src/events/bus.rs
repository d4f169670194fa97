//! The buses and their rules.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use local_core::clock::Clock;
use local_core::invoke::Invoker;
use local_core::journal::Journal;
use local_core::principal::Principal;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::{Semaphore, watch};

use super::archive::{Archive, ArchivedEvent};
use super::delivery::{Delivery, Origin};
use super::entry::{self, Entry, OwnEvent};
use super::pattern::Pattern;
use crate::http::{ACCOUNT, Authorizer, REGION, Response, denial};
use crate::queues::{Queues, StoreError};

/// The most entries of one call.
const MOST_ENTRIES: usize = 10;

/// The most bytes of one call, all entries together.
const MOST_BYTES: usize = 256 * 1024;

/// How many deliveries run at the same time.
const AT_ONCE: usize = 16;

/// A rule of a bus, from the template.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The rule's name, unique among all buses.
    pub name: String,
    /// The bus's name.
    pub bus: String,
    /// What it matches.
    pub pattern: Pattern,
    /// Who gets what it matches.
    pub targets: Vec<Target>,
}

/// A function that a rule invokes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// The function's name.
    pub function: String,
    /// How often it is tried again to reach the function; an event that the function itself failed is tried at most
    /// twice more, as Lambda does.
    pub max_retries: u32,
    /// The queue for what failed for good. On AWS what the function itself failed goes to the function's own failure
    /// destination instead, which this local cloud does not tell apart.
    pub dead_letter: Option<String>,
}

/// A function that another service invokes without waiting, such as a bucket for what was put into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// What the service calls it by, such as `s3:BUCKET:FUNCTION:EVENT`; unique.
    pub name: String,
    /// The function, with the rules of Lambda's own queue: two more tries unless told otherwise.
    pub target: Target,
}

/// What is delivered to whom.
#[derive(Debug, Clone, Default)]
pub struct Routes {
    /// The names of the buses in the template; `default` is always there.
    pub buses: Vec<String>,
    /// What is delivered of what is put on them.
    pub rules: Vec<Rule>,
    /// What other services deliver.
    pub subscriptions: Vec<Subscription>,
}

/// What the buses need of others.
pub struct Parts {
    /// The time of events.
    pub clock: Clock,
    /// Who may put events.
    pub authorizer: Arc<dyn Authorizer>,
    /// The functions.
    pub invoker: Arc<dyn Invoker>,
    /// Where deliveries are kept, and go when they failed for good.
    pub queues: Queues,
    /// What happened.
    pub journal: Journal,
    /// The pause before the first retry; it doubles with each.
    pub retry_delay: Duration,
}

/// EventBridge. Cheap to clone; clones are the same buses.
#[derive(Clone)]
pub struct Bus {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) parts: Parts,
    pub(super) rules: Vec<Rule>,
    pub(super) subscriptions: Vec<Subscription>,
    pub(super) slots: Semaphore,
    /// How many deliveries are not over.
    pub(super) pending: watch::Sender<usize>,
    buses: BTreeSet<String>,
    archive: Archive,
}

impl Bus {
    /// Opens the buses, and goes on with what a kill interrupted. Must be called within a Tokio runtime.
    pub fn open(routes: Routes, parts: Parts) -> Result<Self, StoreError> {
        let Routes { buses, rules, subscriptions } = routes;
        let buses = buses.into_iter().chain(["default".to_owned()]).collect();
        let inner = Inner {
            parts,
            rules,
            subscriptions,
            slots: Semaphore::new(AT_ONCE),
            pending: watch::Sender::new(0),
            buses,
            archive: Archive::default(),
        };
        let bus = Bus { inner: Arc::new(inner) };
        bus.resume()?;
        Ok(bus)
    }

    /// Answers one HTTP request whose signature was verified. `target` is the header `X-Amz-Target`.
    pub fn handle_http(&self, target: &str, caller: &Principal, body: &[u8]) -> Response {
        if target != "AWSEvents.PutEvents" {
            let message =
                format!("{target} is not supported by the local cloud; only AWSEvents.PutEvents is");
            return refusal("UnknownOperationException", &message);
        }
        match serde_json::from_slice::<Value>(body) {
            Ok(request) => self.put_events(caller, &request).unwrap_or_else(|refusal| refusal),
            Err(_) => refusal("SerializationException", "the body is not JSON"),
        }
    }

    /// The last events, oldest first.
    pub fn archive(&self) -> Vec<ArchivedEvent> {
        self.inner.archive.list()
    }

    /// Forgets the last events.
    pub fn clear_archive(&self) {
        self.inner.archive.clear();
    }

    /// Keeps an event of AWS's own on the default bus, within the transaction of what it tells of. The deliveries
    /// start with [`Bus::begin`].
    pub(crate) fn keep_event(
        &self,
        conn: &rusqlite::Connection,
        event: &OwnEvent<'_>,
    ) -> rusqlite::Result<Vec<Delivery>> {
        let event = event.at(self.inner.parts.clock.now());
        let matching = self.matching("default", &event);
        let mut kept = Vec::new();
        for rule in &matching {
            for target in &rule.targets {
                kept.push(Delivery::keep(conn, Origin::Rule(rule.name.clone()), target, &event)?);
            }
        }
        let rules = matching.into_iter().map(|rule| rule.name.clone()).collect();
        self.inner.archive.keep(ArchivedEvent { bus: "default".to_owned(), rules, event });
        Ok(kept)
    }

    /// Waits until no delivery is under way, retries included.
    pub async fn settle(&self) {
        // An error would mean that the sender is gone, but it is ours.
        let _ = self.inner.pending.subscribe().wait_for(|pending| *pending == 0).await;
    }

    fn put_events(&self, caller: &Principal, request: &Value) -> Result<Response, Response> {
        let entries =
            request["Entries"].as_array().filter(|entries| !entries.is_empty()).ok_or_else(|| {
                refusal(
                    "ValidationException",
                    "1 validation error detected: Value null at 'entries' failed to satisfy \
                constraint: Member must not be null",
                )
            })?;
        if entries.len() > MOST_ENTRIES {
            return Err(refusal(
                "ValidationException",
                "1 validation error detected: Value at 'entries' failed to \
                satisfy constraint: Member must have length less than or equal to 10",
            ));
        }
        if entries.iter().map(entry::size).sum::<usize>() > MOST_BYTES {
            return Err(refusal(
                "ValidationException",
                "Total size of the entries in the request is over the limit.",
            ));
        }
        self.check(caller, entries)?;
        let results: Vec<_> = entries.iter().map(|entry| self.accept(entry)).collect();
        let failed = results.iter().filter(|result| result.get("ErrorCode").is_some()).count();
        Ok(Response::json_1_1(200, &json!({ "FailedEntryCount": failed, "Entries": results })))
    }

    fn matching(&self, bus: &str, event: &Value) -> Vec<&Rule> {
        let rules = self.inner.rules.iter();
        rules.filter(|rule| rule.bus == bus && rule.pattern.matches(event)).collect()
    }

    fn check(&self, caller: &Principal, entries: &[Value]) -> Result<(), Response> {
        for bus in entries.iter().map(entry::bus_of).collect::<BTreeSet<_>>() {
            let arn = format!("arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{bus}");
            if !self.inner.parts.authorizer.allows(caller, "events:PutEvents", &arn, &[]) {
                return Err(refusal("AccessDeniedException", &denial(caller, "events:PutEvents", &arn)));
            }
            if !self.inner.buses.contains(bus) {
                return Err(refusal(
                    "ResourceNotFoundException",
                    &format!("Event bus {bus} does not exist."),
                ));
            }
        }
        Ok(())
    }

    fn accept(&self, entry: &Value) -> Value {
        let Entry { bus, event } = match Entry::read(entry, self.inner.parts.clock.now()) {
            Ok(entry) => entry,
            Err(refused) => return json!({ "ErrorCode": refused.code, "ErrorMessage": refused.message }),
        };
        let matching = self.matching(&bus, &event);
        if let Err(error) = self.dispatch(&matching, &event) {
            tracing::error!(%error, "an event cannot be kept");
            return json!({ "ErrorCode": "InternalFailure", "ErrorMessage": "the event could not be kept" });
        }
        let id = event["id"].clone();
        let rules = matching.into_iter().map(|rule| rule.name.clone()).collect();
        self.inner.archive.keep(ArchivedEvent { bus, rules, event });
        json!({ "EventId": id })
    }
}

fn refusal(error_type: &str, message: &str) -> Response {
    Response::json_1_1(400, &json!({ "__type": error_type, "message": message }))
}

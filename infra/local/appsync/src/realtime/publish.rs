//! From a mutation's result to its subscribers.

use std::collections::HashMap;
use std::sync::Arc;

use local_core::journal::Operation;

use crate::engine::Engine;
use crate::output::Output;
use crate::realtime::frames;
use crate::realtime::project::Projection;

/// How long an event may be, in bytes. AppSync drops longer ones without a word to anybody.
const LONGEST_EVENT: usize = 240 * 1024;

/// Sends the result of a mutation to everybody who wants it.
pub(crate) fn publish(engine: &Engine, mutation: &str, value: &Output) {
    let mut delivered = 0;
    for field in engine.catalog.fed_by(mutation) {
        // Everybody who selects the same gets the same text.
        let mut payloads: HashMap<*const Projection, Option<String>> = HashMap::new();
        engine.subscriptions.visit(field, |subscription| {
            if !subscription.matcher.matches(value) {
                return;
            }
            let projection = &subscription.projection;
            let payload = payloads.entry(Arc::as_ptr(projection)).or_insert_with(|| {
                let payload = projection.payload(engine, value)?;
                if payload.len() > LONGEST_EVENT {
                    tracing::warn!(%field, bytes = payload.len(), "an event longer than 240 KB is dropped");
                    return None;
                }
                Some(payload)
            });
            if let Some(payload) = payload
                && subscription.outbox.send(frames::data(&subscription.id, payload))
            {
                delivered += 1;
            }
        });
    }
    if delivered > 0
        && let Some(operation) = Operation::current()
    {
        operation.with(|entry| entry.deliveries += delivered);
    }
}

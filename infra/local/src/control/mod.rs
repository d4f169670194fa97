//! `/_local`: what a person or a test can see and do that AWS would not let them. Everything is JSON.

mod handlers;
mod index;
mod journal;
mod letters;

use std::sync::Arc;

use axum::Router;
use axum::routing::{delete, get, post};
use local_aws::dynamodb::Gate;
use local_aws::mail::Outbox;
use local_aws::policy::Policies;
use local_aws::push::Sns;
use local_aws::queues::Queues;
use local_core::clock::Clock;
use local_core::journal::Journal;
use serde_json::Value;

use crate::settle::Settle;

/// What the control interface shows and moves. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Control {
    pub(crate) inner: Arc<Inner>,
}

/// The parts behind it.
pub(crate) struct Inner {
    pub(crate) config: Value,
    pub(crate) amplify: Value,
    pub(crate) functions: Value,
    pub(crate) env: String,
    pub(crate) ca_pem: String,
    pub(crate) clock: Clock,
    pub(crate) journal: Journal,
    pub(crate) policies: Arc<Policies>,
    pub(crate) gate: Gate,
    pub(crate) outbox: Outbox,
    pub(crate) sns: Sns,
    pub(crate) queues: Queues,
    pub(crate) settle: Settle,
}

/// The routes, relative to `/_local`.
pub(crate) fn router(control: Control) -> Router {
    Router::new()
        .route("/", get(index::index))
        .route("/health", get(handlers::health))
        .route("/config", get(handlers::config))
        .route("/amplify", get(handlers::amplify))
        .route("/functions", get(handlers::functions))
        .route("/env", get(handlers::env))
        .route("/ca.pem", get(handlers::ca))
        .route("/mails", get(handlers::mails).delete(handlers::clear_mails))
        .route("/pushes", get(handlers::pushes).delete(handlers::clear_pushes))
        .route("/events", get(handlers::events).delete(handlers::clear_events))
        .route("/journal", get(journal::list).delete(journal::clear))
        .route("/objects", get(handlers::objects))
        .route("/policies", get(handlers::policies))
        .route("/streams", get(handlers::streams))
        .route("/dead-letters", get(letters::list))
        .route("/dead-letters/{letter}", delete(letters::remove))
        .route("/dead-letters/{letter}/redrive", post(letters::redrive))
        .route("/settle", post(handlers::settle))
        .route("/clock", get(handlers::clock).post(handlers::advance))
        .route("/faults", get(handlers::faults).put(handlers::set_faults).delete(handlers::end_faults))
        .with_state(control)
}

//! What `/_local` has.

use axum::Json;
use serde_json::{Value, json};

/// Method, path, and what it does.
const ROUTES: &[(&str, &str, &str)] = &[
    ("GET", "/_local/health", "{\"ready\": true} once everything answers"),
    ("GET", "/_local/config", "endpoints, ids and names"),
    ("GET", "/_local/amplify", "the configuration for Amplify.configure"),
    (
        "GET",
        "/_local/functions",
        "the functions with their variables and credentials, for running them elsewhere",
    ),
    (
        "GET",
        "/_local/env",
        "the variables of all functions with the developer's credentials, for cargo lambda watch --env-file",
    ),
    ("GET", "/_local/ca.pem", "the certificate of the authority that vouches for localhost"),
    (
        "GET",
        "/_local/mails",
        "mails, oldest first, with their codes; ?to=ADDRESS for one person's; DELETE forgets them",
    ),
    ("GET", "/_local/pushes", "push messages, oldest first; DELETE forgets them"),
    ("GET", "/_local/events", "events on the bus, oldest first; DELETE forgets them"),
    ("GET", "/_local/objects", "what is in the buckets: bucket, key, size, type, tags"),
    (
        "GET",
        "/_local/journal",
        "the last 1,000 operations and what they cost, oldest first; DELETE forgets them",
    ),
    ("GET", "/_local/policies", "the grants of the template: used ones with their counts, and unused ones"),
    ("GET", "/_local/streams", "how far each reader of a stream has got"),
    ("GET", "/_local/dead-letters", "what was given up, oldest first; ?queue=NAME for one queue's"),
    ("DELETE", "/_local/dead-letters/{id}", "removes one letter"),
    (
        "POST",
        "/_local/dead-letters/{id}/redrive",
        "delivers one letter again, and removes it if that succeeds",
    ),
    ("POST", "/_local/settle", "answers when streams, events and deliveries are drained"),
    ("GET", "/_local/clock", "the time of the local cloud"),
    ("POST", "/_local/clock", "{\"advanceSeconds\": 60} moves the clock forward"),
    ("GET", "/_local/faults", "the plan of faults in force, and how often each struck"),
    (
        "PUT",
        "/_local/faults",
        "puts a plan in force, such as {\"seed\": 1, \"throttle\": 0.1}; DELETE ends it",
    ),
];

pub(super) async fn index() -> Json<Value> {
    let routes =
        ROUTES.iter().map(|(method, path, about)| json!({"method": method, "path": path, "about": about}));
    Json(json!({ "routes": routes.collect::<Vec<_>>() }))
}

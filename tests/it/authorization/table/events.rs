//! Fields of events: anybody hears what concerns them, and no person publishes.

use crate::authorization::row::{MEMBERS, NO_PERSON, Row, SIGNED_IN, row};

pub(crate) const ROWS: &[Row] = &[
    row(
        "Mutation.publishEvents",
        r#"{ "recipients": ["$owner"],
             "events": "[{\"id\": \"forged\", \"type\": \"ACCOUNT_CHANGED\", \"at\": \"2026-01-01T00:00:00Z\"}]",
             "ended": [{ "conversationId": "$group", "userId": "$owner" }] }"#,
        "{ recipients events { id } }",
        NO_PERSON,
    ),
    row("Subscription.onEvent", "{}", "{ recipients events { id } }", SIGNED_IN),
    row("Subscription.onTyping", r#"{ "conversationId": "$talk" }"#, "{ userId activity }", MEMBERS),
];

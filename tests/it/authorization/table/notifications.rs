//! Fields of notifications: one's own devices.

use crate::authorization::row::{Cells, Row, SIGNED_IN, row};

/// Nobody's device: there is nothing to end.
const NONE: Cells = ["401", "Unauthorized", "idle", "idle", "idle", "idle", "idle", "idle"];

/// The same device each time, with another token.
const DEVICE: &str = r#"{ "id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "platform": "FCM", "token": "$fresh" }"#;

pub(crate) const ROWS: &[Row] = &[
    row("Query.listDevices", "{}", "{ id }", SIGNED_IN),
    row("Mutation.registerDevice", DEVICE, "{ id platform }", SIGNED_IN),
    row("Mutation.unregisterDevice", r#"{ "id": "$fresh" }"#, "", NONE),
];

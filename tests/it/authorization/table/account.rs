//! Fields of the account: one's own things, and people as one may see them.

use crate::authorization::row::{Cells, Row, SIGNED_IN, row};

/// Who is blocked does not find who blocked them.
const FOUND: Cells = ["401", "Unauthorized", "ok", "ok", "NotFound", "ok", "ok", "ok"];

/// The version that they all accepted at sign-up.
const ACCEPTED: Cells = ["401", "Unauthorized", "idle", "idle", "idle", "idle", "idle", "idle"];

const PERSON: &str = r#"{ "userId": "$person" }"#;
const OUTSIDER: &str = r#"{ "userId": "$outsider" }"#;

pub(crate) const ROWS: &[Row] = &[
    row("Query.getMe", "{}", "{ id version }", SIGNED_IN),
    row("Query.getUser", PERSON, "{ id }", FOUND),
    row("Query.searchUsers", r#"{ "query": "other" }"#, "{ items { id } }", SIGNED_IN),
    row("Query.listContacts", "{}", "{ items { userId } }", SIGNED_IN),
    row("Query.listBlockedUsers", "{}", "{ items { userId } }", SIGNED_IN),
    row("Mutation.acceptTerms", r#"{ "version": "1" }"#, "{ id }", ACCEPTED),
    row("Mutation.updateProfile", r#"{ "about": "busy" }"#, "{ id }", SIGNED_IN),
    row("Mutation.setHandle", r#"{ "handle": "$handle" }"#, "{ id }", SIGNED_IN),
    row("Mutation.updatePreferences", r#"{ "theme": "DARK" }"#, "{ id }", SIGNED_IN),
    row("Mutation.setPresence", r#"{ "online": true }"#, "{ userId }", SIGNED_IN),
    row("Mutation.addContact", PERSON, "{ userId }", FOUND),
    row("Mutation.removeContact", PERSON, "{ userId }", SIGNED_IN),
    row("Mutation.blockUser", OUTSIDER, "{ userId }", SIGNED_IN),
    row("Mutation.unblockUser", OUTSIDER, "{ userId }", SIGNED_IN),
    row("Mutation.addContact", OUTSIDER, "{ user { id } }", SIGNED_IN).nested("Contact.user", "/user/id"),
    row("Mutation.blockUser", OUTSIDER, "{ user { id } }", SIGNED_IN).nested("BlockedUser.user", "/user/id"),
];

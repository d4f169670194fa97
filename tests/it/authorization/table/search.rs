//! Fields of search: everybody looks through what is theirs, and through one conversation as its members do.

use crate::authorization::row::{MEMBERS, Row, SIGNED_IN, row};

pub(crate) const ROWS: &[Row] = &[
    row(
        "Query.searchMessages",
        r#"{ "query": "hello" }"#,
        "{ items { message { id text } snippet } }",
        SIGNED_IN,
    ),
    row(
        "Query.searchMessages",
        r#"{ "query": "hello", "conversationId": "$talk" }"#,
        "{ items { message { id text } snippet } }",
        MEMBERS,
    ),
    row(
        "Query.searchEverything",
        r#"{ "query": "hello" }"#,
        "{ people { id } conversations { id } messages { snippet } }",
        SIGNED_IN,
    ),
];

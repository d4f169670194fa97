//! Fields of media: uploads are one's own, and links are for who may see the message.

use crate::authorization::row::{MEMBERS, Row, SIGNED_IN, row};

pub(crate) const ROWS: &[Row] = &[
    row(
        "Query.getAttachmentUrl",
        r#"{ "conversationId": "$talk", "messageId": "$picture", "attachmentId": "$picture" }"#,
        "{ attachmentId }",
        MEMBERS,
    ),
    row(
        "Query.getAttachmentUrls",
        r#"{ "conversationId": "$talk", "attachments": [{ "messageId": "$picture", "attachmentId": "$picture" }] }"#,
        "{ attachmentId }",
        MEMBERS,
    ),
    row(
        "Query.listSharedMedia",
        r#"{ "conversationId": "$talk", "kind": "MEDIA" }"#,
        "{ items { id attachments { id } } }",
        MEMBERS,
    ),
    row(
        "Mutation.createUpload",
        r#"{ "id": "$fresh", "kind": "FILE", "fileName": "a.txt", "contentType": "text/plain", "size": 5 }"#,
        "{ attachment { id status } }",
        SIGNED_IN,
    ),
];

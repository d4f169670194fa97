//! Fields of messages: members read, those who may send write, and one's own message is one's own. What takes something
//! back works in a closed conversation too.

use crate::authorization::row::{Cells, MEMBERS, Row, SIGNED_IN, WRITERS, row};

/// Members about a message that is somebody else's.
const OTHERS: Cells =
    ["401", "Unauthorized", "NotFound", "NotFound", "Forbidden", "Forbidden", "Forbidden", "Forbidden"];
/// Those who delete what others sent.
const MODERATORS: Cells =
    ["401", "Unauthorized", "NotFound", "NotFound", "Forbidden", "Forbidden", "ok", "ok"];
/// Errors are in the results.
const OUTBOX: Cells = WRITERS;

const TALK: &str = r#"{ "conversationId": "$talk" }"#;
const MESSAGE: &str = r#"{ "conversationId": "$talk", "messageId": "$message" }"#;
const REPLY: &str = r#"{ "conversationId": "$talk", "messageId": "$reply" }"#;
const RESULT: &str = "{ id errorType errorMessage message { id } }";

pub(crate) const ROWS: &[Row] = &[
    row("Query.getMessage", MESSAGE, "{ id text }", MEMBERS),
    row("Query.listMessages", TALK, "{ items { id text } }", MEMBERS),
    row("Query.getMessageInfo", MESSAGE, "{ message { text } receipts { userId } }", MEMBERS),
    row("Query.listStarredMessages", TALK, "{ items { seq } }", MEMBERS),
    row("Query.listStarredMessages", "{}", "{ items { seq } }", SIGNED_IN),
    row("Query.listPinnedMessages", TALK, "{ id text }", MEMBERS),
    row("Query.syncConversations", "{}", "{ items { id } }", SIGNED_IN),
    row(
        "Query.syncMessages",
        r#"{ "conversationId": "$talk", "afterSeq": 0, "afterRev": 0 }"#,
        "{ events { id } seq rev }",
        MEMBERS,
    ),
    row("Query.getMessage", MESSAGE, "{ sender { id } }", MEMBERS).nested("Message.sender", "/sender/id"),
    row("Query.getMessage", REPLY, "{ replyTo { text } }", MEMBERS)
        .nested("Message.replyTo", "/replyTo/text"),
    row(
        "Mutation.sendMessage",
        r#"{ "id": "$fresh", "conversationId": "$talk", "text": "hello" }"#,
        "{ id }",
        WRITERS,
    ),
    row(
        "Mutation.sendMessages",
        r#"{ "messages": [{ "id": "$fresh", "conversationId": "$talk", "text": "hello" }] }"#,
        RESULT,
        OUTBOX,
    ),
    row(
        "Mutation.editMessage",
        r#"{ "conversationId": "$talk", "messageId": "$own", "text": "changed" }"#,
        "{ id }",
        WRITERS,
    ),
    row(
        "Mutation.editMessage",
        r#"{ "conversationId": "$talk", "messageId": "$message", "text": "changed" }"#,
        "{ id }",
        OTHERS,
    ),
    row(
        "Mutation.deleteMessage",
        r#"{ "conversationId": "$talk", "messageId": "$message", "scope": "ME" }"#,
        "{ id }",
        MEMBERS,
    ),
    row(
        "Mutation.deleteMessage",
        r#"{ "conversationId": "$talk", "messageId": "$message", "scope": "EVERYONE" }"#,
        "{ id }",
        MODERATORS,
    ),
    row(
        "Mutation.deleteMessage",
        r#"{ "conversationId": "$talk", "messageId": "$own", "scope": "EVERYONE" }"#,
        "{ id }",
        MEMBERS,
    ),
    row(
        "Mutation.forwardMessages",
        r#"{ "fromConversationId": "$talk", "messageIds": ["$message"],
             "targets": [{ "conversationId": "$notes", "ids": ["$fresh"] }] }"#,
        RESULT,
        MEMBERS,
    ),
    row(
        "Mutation.forwardMessages",
        r#"{ "fromConversationId": "$notes", "messageIds": ["$note"],
             "targets": [{ "conversationId": "$talk", "ids": ["$fresh"] }] }"#,
        RESULT,
        OUTBOX,
    ),
    row(
        "Mutation.setReaction",
        r#"{ "conversationId": "$talk", "messageId": "$message", "emoji": "👍" }"#,
        "{ id }",
        WRITERS,
    ),
    row("Mutation.removeReaction", MESSAGE, "{ id }", MEMBERS),
    row("Mutation.starMessage", MESSAGE, "{ seq }", MEMBERS),
    row("Mutation.unstarMessage", MESSAGE, "{ seq }", MEMBERS),
    row("Mutation.pinMessage", MESSAGE, "{ id }", WRITERS),
    row("Mutation.unpinMessage", MESSAGE, "{ id }", MEMBERS),
    row("Mutation.markDelivered", r#"{ "conversationId": "$talk", "seq": 1 }"#, "{ deliveredSeq }", MEMBERS),
    row("Mutation.markRead", r#"{ "conversationId": "$talk", "seq": 1 }"#, "{ readSeq }", MEMBERS),
    row(
        "Mutation.setTyping",
        r#"{ "conversationId": "$talk", "activity": "TYPING" }"#,
        "{ conversationId userId activity at }",
        WRITERS,
    ),
];

//! Fields in groups that keep one right for admins: it is kept from members, and the others are not.

use crate::authorization::row::{ADMINS, GROUP, Row, row};

const RESULT: &str = "{ id errorType errorMessage message { id } }";

/// What depends on a policy, in the group of a name with a message in it.
macro_rules! rows {
    ($group:literal, $message:literal, send: $send:expr, info: $info:expr, add: $add:expr) => {
        &[
            row(
                "Mutation.sendMessage",
                concat!(r#"{ "id": "$fresh", "conversationId": ""#, $group, r#"", "text": "hello" }"#),
                "{ id }",
                $send,
            ),
            row(
                "Mutation.sendMessages",
                concat!(
                    r#"{ "messages": [{ "id": "$fresh", "conversationId": ""#,
                    $group,
                    r#"", "text": "hello" }] }"#
                ),
                RESULT,
                $send,
            ),
            row(
                "Mutation.forwardMessages",
                concat!(
                    r#"{ "fromConversationId": "$notes", "messageIds": ["$note"],
                         "targets": [{ "conversationId": ""#,
                    $group,
                    r#"", "ids": ["$fresh"] }] }"#
                ),
                RESULT,
                $send,
            ),
            row(
                "Mutation.setTyping",
                concat!(r#"{ "conversationId": ""#, $group, r#"", "activity": "TYPING" }"#),
                "{ userId }",
                $send,
            ),
            row(
                "Mutation.updateGroup",
                concat!(r#"{ "conversationId": ""#, $group, r#"", "title": "$fresh" }"#),
                "{ id }",
                $info,
            ),
            row("Mutation.pinMessage", message!($group, $message), "{ id }", $info),
            row("Mutation.unpinMessage", message!($group, $message), "{ id }", $info),
            row(
                "Mutation.addMembers",
                concat!(r#"{ "conversationId": ""#, $group, r#"", "userIds": ["$outsider"] }"#),
                "{ status }",
                $add,
            ),
            row(
                "Mutation.updateGroup",
                concat!(r#"{ "conversationId": ""#, $group, r#"", "policy": { "history": "ALL" } }"#),
                "{ id }",
                ADMINS,
            ),
            // No policy keeps members from reading and from taking part.
            row("Query.getMessage", message!($group, $message), "{ id text }", GROUP),
            row("Mutation.setReaction", message!($group, $message, r#", "emoji": "👍""#), "{ id }", GROUP),
            row("Mutation.removeReaction", message!($group, $message), "{ id }", GROUP),
        ]
    };
}

/// Arguments that name a message.
macro_rules! message {
    ($group:literal, $message:literal $(, $more:literal)?) => {
        concat!(r#"{ "conversationId": ""#, $group, r#"", "messageId": ""#, $message, r#"""#, $($more,)? " }")
    };
}

const ANNOUNCING: &[Row] = rows!("$announcing", "$announcement", send: ADMINS, info: GROUP, add: GROUP);
const CURATED: &[Row] = rows!("$curated", "$curatedMessage", send: GROUP, info: ADMINS, add: GROUP);
const GUARDED: &[Row] = rows!("$guarded", "$guardedMessage", send: GROUP, info: GROUP, add: ADMINS);

/// What was said before sending was kept for admins stays its sender's own.
const SAID_BEFORE: &[Row] = &[
    row(
        "Mutation.editMessage",
        r#"{ "conversationId": "$announcing", "messageId": "$saidBefore", "text": "changed" }"#,
        "{ id }",
        GROUP,
    ),
    row(
        "Mutation.deleteMessage",
        r#"{ "conversationId": "$announcing", "messageId": "$saidBefore", "scope": "EVERYONE" }"#,
        "{ id }",
        GROUP,
    ),
];

/// The rows of each group.
pub(crate) const GROUPS: [&[Row]; 4] = [ANNOUNCING, SAID_BEFORE, CURATED, GUARDED];

//! Fields of conversations: members read, the policy and the role say who changes.

use crate::authorization::row::{ADMINS, Cells, GROUP, MEMBERS, OWNERS, Row, SIGNED_IN, row};

/// Having left already is no error, and nobody learns whether there was anything to leave.
const LEAVERS: Cells = ["401", "Unauthorized", "idle", "idle", "idle", "ok", "ok", "ok"];

const TALK: &str = r#"{ "conversationId": "$talk" }"#;

pub(crate) const ROWS: &[Row] = &[
    row("Query.getConversation", TALK, "{ id title state { role } }", MEMBERS),
    row("Query.listConversations", "{}", "{ items { id } }", SIGNED_IN),
    row("Query.listMembers", TALK, "{ items { userId role } }", MEMBERS),
    row("Query.getInviteLink", r#"{ "code": "$partyCode" }"#, "{ title }", SIGNED_IN),
    row("Query.getConversation", r#"{ "conversationId": "$pair" }"#, "{ participants { id } }", MEMBERS)
        .nested("Conversation.participants", "/participants/0/id"),
    row("Query.listMembers", TALK, "{ items { user { id } } }", MEMBERS)
        .nested("Member.user", "/items/0/user/id"),
    row("Mutation.createDirectConversation", r#"{ "userId": "$person" }"#, "{ id }", SIGNED_IN),
    row(
        "Mutation.createGroup",
        r#"{ "id": "$fresh", "title": "new" }"#,
        "{ conversation { id } }",
        SIGNED_IN,
    ),
    row("Mutation.updateGroup", r#"{ "conversationId": "$group", "title": "$fresh" }"#, "{ id }", GROUP),
    row(
        "Mutation.updateGroup",
        r#"{ "conversationId": "$group", "policy": { "history": "ALL" } }"#,
        "{ id }",
        ADMINS,
    ),
    row(
        "Mutation.addMembers",
        r#"{ "conversationId": "$group", "userIds": ["$outsider"] }"#,
        "{ status }",
        GROUP,
    ),
    row("Mutation.removeMember", r#"{ "conversationId": "$group", "userId": "$mate" }"#, "{ id }", ADMINS),
    row(
        "Mutation.setMemberRole",
        r#"{ "conversationId": "$group", "userId": "$mate", "role": "ADMIN" }"#,
        "{ role }",
        OWNERS,
    ),
    row("Mutation.createInviteLink", r#"{ "id": "$fresh", "conversationId": "$group" }"#, "{ code }", ADMINS),
    row(
        "Mutation.revokeInviteLink",
        r#"{ "conversationId": "$group", "code": "$code" }"#,
        "{ revoked }",
        ADMINS,
    ),
    row(
        "Mutation.updateMyConversation",
        r#"{ "conversationId": "$talk", "archived": true }"#,
        "{ version }",
        MEMBERS,
    ),
    row("Mutation.clearConversation", TALK, "{ clearedSeq }", MEMBERS),
    // Last, because they change who is a member.
    row("Mutation.leaveConversation", r#"{ "conversationId": "$spare" }"#, "", LEAVERS),
    row("Mutation.joinByInviteLink", r#"{ "code": "$partyCode" }"#, "{ id }", SIGNED_IN),
];

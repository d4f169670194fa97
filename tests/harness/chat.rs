//! What people do, in sentences.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::person::Person;
use crate::reply::Reply;

/// The fields of a message that tests look at.
pub const MESSAGE: &str = "{ id conversationId seq rev senderId sender { id displayName } kind text mentions editedAt deletedAt
  deletedBy forwardCount replyToSeq replyTo { id seq text } reactions { emoji count userIds } pinnedAt pinnedUntil
  notice { type actorId targetIds } location { latitude longitude name } contact { name phones emails } createdAt }";

/// The fields of a conversation that tests look at.
pub const CONVERSATION: &str = "{ id kind title memberCount participantIds seq rev createdBy
  policy { editInfo send addMembers history } lastMessage { seq messageId senderId kind text deleted }
  state { role firstSeq readSeq deliveredSeq unreadCount pinnedAt mutedUntil archived markedUnread mentioned draft clearedSeq version } }";

/// A fresh client-made id.
pub fn fresh() -> String {
    Uuid::new_v4().to_string()
}

/// Where people talk: the id of a conversation.
pub type Talk = String;

impl Person {
    /// Opens the direct conversation with somebody.
    pub async fn meets(&self, other: &Person) -> Talk {
        let reply = self.does("createDirectConversation", json!({ "userId": other.id }), "{ id }").await;
        reply.value()["id"].as_str().expect("an id").to_owned()
    }

    /// Creates a group with others in it.
    pub async fn gathers(&self, title: &str, others: &[&Person]) -> Talk {
        let members: Vec<_> = others.iter().map(|person| &person.id).collect();
        let input = json!({ "id": fresh(), "title": title, "memberIds": members });
        let made = self
            .does("createGroup", input, "{ conversation { id } members { userId status } }")
            .await
            .value();
        for member in made["members"].as_array().into_iter().flatten() {
            assert_eq!(member["status"], "ADDED", "{member}");
        }
        made["conversation"]["id"].as_str().expect("an id").to_owned()
    }

    /// Sends a text; gives the message.
    pub async fn sends(&self, talk: &str, text: &str) -> Value {
        self.tries_to_send(talk, text).await.value()
    }

    /// Sends a text; gives whatever comes of it.
    pub async fn tries_to_send(&self, talk: &str, text: &str) -> Reply {
        self.sends_as(&fresh(), talk, text).await
    }

    /// Sends a text under an id.
    pub async fn sends_as(&self, id: &str, talk: &str, text: &str) -> Reply {
        self.does("sendMessage", json!({ "id": id, "conversationId": talk, "text": text }), MESSAGE).await
    }

    /// The latest messages, oldest first.
    pub async fn reads(&self, talk: &str) -> Vec<Value> {
        let document = format!(
            "query($id: ID!) {{ listMessages(conversationId: $id, limit: 100) {{ items {MESSAGE} }} }}"
        );
        let page = self.asks(&document, json!({ "id": talk })).await.value();
        page["items"].as_array().cloned().unwrap_or_default()
    }

    /// The texts of the latest messages, oldest first, system notices left out.
    pub async fn texts(&self, talk: &str) -> Vec<String> {
        let messages = self.reads(talk).await;
        messages.iter().filter_map(|message| message["text"].as_str().map(str::to_owned)).collect()
    }

    /// One conversation, or what is said instead.
    pub async fn looks_at(&self, talk: &str) -> Reply {
        let document = format!("query($id: ID!) {{ getConversation(conversationId: $id) {CONVERSATION} }}");
        self.asks(&document, json!({ "id": talk })).await
    }

    /// The chat list, first page of up to 100.
    pub async fn chat_list(&self) -> Vec<Value> {
        let document = format!("{{ listConversations(limit: 100) {{ items {CONVERSATION} nextToken }} }}");
        let page = self.asks(&document, json!({})).await.value();
        page["items"].as_array().cloned().unwrap_or_default()
    }

    /// Marks everything up to a number as read.
    pub async fn has_read(&self, talk: &str, seq: u64) -> Reply {
        self.does(
            "markRead",
            json!({ "conversationId": talk, "seq": seq }),
            "{ readSeq deliveredSeq version }",
        )
        .await
    }

    /// One step of sync in a conversation.
    pub async fn syncs(&self, talk: &str, seq: u64, rev: u64, limit: u64) -> Value {
        self.tries_to_sync(talk, seq, rev, limit).await.value()
    }

    /// One step of sync in a conversation; gives whatever comes of it.
    pub async fn tries_to_sync(&self, talk: &str, seq: u64, rev: u64, limit: u64) -> Reply {
        let document = format!(
            "query($id: ID!, $seq: Int!, $rev: Int!, $limit: Int) {{
               syncMessages(conversationId: $id, afterSeq: $seq, afterRev: $rev, limit: $limit) {{
                 events {{ {} }} seq rev hasMore resync hidden starred receipts {{ userId readSeq deliveredSeq }} }} }}",
            crate::ear::EVENT
        );
        let variables = json!({ "id": talk, "seq": seq, "rev": rev, "limit": limit });
        self.asks(&document, variables).await
    }
}

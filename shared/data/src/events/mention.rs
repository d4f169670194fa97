//! Mentions.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::Error;
use domain::id::{ConversationId, UserId};
use domain::message::Message;
use futures::future::try_join_all;

use crate::failure;
use crate::keys;
use crate::store::{Store, attributes};

impl Store {
    /// Marks the states of those whom a message mentions, at most 50: one conditional update each, all at once, one
    /// unit each. Who is no member, and who was mentioned later already, is left alone, so it may be done again.
    pub async fn mention_mark(&self, message: &Message) -> Result<(), Error> {
        let (conversation, seq) = (&message.conversation_id, message.seq);
        let marks = message.mentions.iter().map(|user| self.mention_mark_one(conversation, seq, user));
        try_join_all(marks).await.map(drop)
    }

    async fn mention_mark_one(
        &self,
        conversation: &ConversationId,
        seq: u64,
        user: &UserId,
    ) -> Result<(), Error> {
        let request = self
            .client()
            .update_item()
            .table_name(self.table())
            .set_key(Some(attributes(&keys::state(user, conversation))))
            .update_expression("SET mentionSeq = :seq ADD version :one")
            .condition_expression("attribute_exists(pk) AND firstSeq <= :seq AND mentionSeq < :seq")
            .expression_attribute_values(":seq", AttributeValue::N(seq.to_string()))
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()));
        match request.send().await {
            Ok(_) => Ok(()),
            Err(refusal) if failure::is_refused(&refusal) => Ok(()),
            Err(refusal) => Err(failure::error("UpdateItem", refusal)),
        }
    }
}

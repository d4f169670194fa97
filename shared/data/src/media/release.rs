//! Attachments that messages let go of.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::Error;
use domain::media::RELEASED_FOR;
use domain::message::Message;
use jiff::Timestamp;

use super::row::AttachmentRow;
use crate::conversations::view::take;
use crate::keys;
use crate::store::{IntoPart as _, Store};

impl Store {
    /// Parts that uncount a message that lost its attachments; what no other message has is collected an hour later.
    ///
    /// One strongly consistent read unit for each attachment, and no read for a message that keeps or never had any.
    /// Each part holds the number that was read, so that the last use is the last.
    pub(crate) async fn release_parts(
        &self,
        before: &Message,
        after: &Message,
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        if before.attachments.is_empty() || !after.attachments.is_empty() {
            return Ok(Vec::new());
        }
        let wanted: Vec<_> =
            before.attachments.iter().map(|attachment| keys::attachment(&attachment.id)).collect();
        let mut items = self.batch(&wanted, true).await?;
        let mut parts = Vec::with_capacity(wanted.len());
        for key in &wanted {
            // One that is gone already cannot be let go of.
            let Some(row) = take::<AttachmentRow>(&mut items, key)? else { continue };
            let left = row.uses.saturating_sub(1);
            let expression =
                if left == 0 { "SET uses = :left, expiresAt = :soon" } else { "SET uses = :left" };
            let mut update = self
                .update_part(key)
                .update_expression(expression)
                .condition_expression("uses = :was")
                .expression_attribute_values(":left", AttributeValue::N(left.to_string()))
                .expression_attribute_values(":was", AttributeValue::N(row.uses.to_string()));
            if left == 0 {
                let soon = (now + RELEASED_FOR).as_second().to_string();
                update = update.expression_attribute_values(":soon", AttributeValue::N(soon));
            }
            parts.push(update.part()?);
        }
        Ok(parts)
    }
}

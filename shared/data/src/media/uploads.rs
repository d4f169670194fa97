//! Uploads, from the wish to the verdict.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use domain::Error;
use domain::id::{AttachmentId, UserId};
use domain::media::{Attachment, AttachmentStatus, Measures, Rejection, UNUSED_FOR, UploadRequest};
use jiff::Timestamp;

use super::row::AttachmentRow;
use crate::store::Store;
use crate::{failure, keys, row};

impl Store {
    /// Notes that a person wants to upload something; it is collected after a week unless a message has it then.
    ///
    /// The same wish again gives the attachment as it is now; the id for anything else, or by somebody else, is a
    /// `Conflict`. One write unit, in one round trip either way.
    pub async fn attachment_create(
        &self,
        owner: &UserId,
        wish: &UploadRequest,
        now: Timestamp,
    ) -> Result<Attachment, Error> {
        let new = AttachmentRow {
            attachment: wish.attachment(now),
            owner_id: owner.clone(),
            request: wish.request().to_owned(),
            uses: 0,
            expires_at: Some((now + UNUSED_FOR).as_second()),
        };
        let put = self
            .client()
            .put_item()
            .table_name(self.table())
            .set_item(Some(row::encode(&keys::attachment(new.id()), &new)?))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let failed = match put.send().await {
            Ok(_) => return Ok(new.attachment),
            Err(failed) => failed,
        };
        let SdkError::ServiceError(refused) = &failed else { return Err(failure::error("PutItem", failed)) };
        let PutItemError::ConditionalCheckFailedException(refused) = refused.err() else {
            return Err(failure::error("PutItem", failed));
        };
        let before: AttachmentRow = match refused.item() {
            Some(item) => row::decode(item.clone())?,
            None => return Err(Error::unavailable("an attachment is there and is not")),
        };
        if before.owner_id != *owner || before.request != new.request {
            return Err(Error::conflict("this id was used for another attachment"));
        }
        Ok(before.attachment)
    }

    /// An attachment whose bytes have not been looked at yet; none for any other.
    ///
    /// One strongly consistent read unit.
    pub async fn attachment_pending(&self, id: &AttachmentId) -> Result<Option<Attachment>, Error> {
        let row: Option<AttachmentRow> = self.get(&keys::attachment(id)).await?;
        let is_pending = |row: &AttachmentRow| row.attachment.status == AttachmentStatus::Pending;
        Ok(row.filter(is_pending).map(|row| row.attachment))
    }

    /// Notes what was found in the bytes of an attachment; the first verdict stays.
    ///
    /// A read and a write, one unit each, the write on the condition that there is no verdict yet: of two at once the
    /// second changes nothing.
    pub async fn attachment_judge(
        &self,
        id: &AttachmentId,
        found: Result<Measures, Rejection>,
    ) -> Result<(), Error> {
        let key = keys::attachment(id);
        let Some(before) = self.get::<AttachmentRow>(&key).await? else { return Ok(()) };
        if before.attachment.status != AttachmentStatus::Pending {
            return Ok(());
        }
        let after = AttachmentRow { attachment: before.attachment.clone().inspected(found), ..before };
        let put = self
            .client()
            .put_item()
            .table_name(self.table())
            .set_item(Some(row::encode(&key, &after)?))
            .condition_expression("#status = :pending")
            .expression_attribute_names("#status", "status")
            .expression_attribute_values(":pending", AttributeValue::S("PENDING".to_owned()));
        match put.send().await {
            Ok(_) => Ok(()),
            Err(refusal) if failure::is_refused(&refusal) => Ok(()),
            Err(refusal) => Err(failure::error("PutItem", refusal)),
        }
    }
}

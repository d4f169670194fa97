//! The event bus → the bucket: removes the objects of an attachment that no message has any more. EventBridge calls it;
//! an event that comes twice finds nothing left to remove.

use domain::Error;
use domain::id::AttachmentId;
use lambda::{BusEvent, Context, Function};
use media::{Objects, Place};
use serde::Deserialize;

/// Which attachment.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Detail {
    attachment_id: AttachmentId,
}

/// Removes the objects.
pub async fn handle(ctx: &Context, event: BusEvent<Detail>) -> Result<(), Error> {
    let objects = Objects::open(ctx.sdk(), ctx.variable("BUCKET_NAME"))?;
    for place in Place::ALL {
        objects.remove(&place.key(&event.detail.attachment_id)).await?;
    }
    Ok(())
}

/// The function.
pub fn function() -> Function {
    lambda::event(handle)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_id_of_an_attachment_names_one() {
        let read = |id: &str| lambda::parse::<Detail>(json!({"id": "x", "attachmentId": id}));
        assert!(read("01ARZ3NDEKTSV4RRFFQ69G5FAV").is_ok());
        assert!(read("../uploads").is_err());
    }
}

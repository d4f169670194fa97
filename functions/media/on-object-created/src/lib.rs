//! S3 → the verdict on an upload: looks at the bytes, keeps what is what it says, and tells its owner. S3 calls it, at
//! least once for each object that is posted.
//!
//! What is found good is written where it is downloaded from before the verdict is; an upload is looked at once, and
//! whatever is posted to its place later is removed unseen.

mod event;

use domain::Error;
use domain::media::{Attachment, Measures, Rejection};
use inspection::{Found, inspect};
use lambda::{Context, Function, trigger};
use media::{Objects, Place, Stored, UploadPlace};

pub use event::Event;
use event::Object;

/// Looks at the objects of an event.
pub async fn handle(ctx: &Context, event: Event) -> Result<(), Error> {
    let objects = Objects::open(ctx.sdk(), ctx.variable("BUCKET_NAME"))?;
    for object in event.objects() {
        judge(ctx, &objects, &object).await?;
    }
    Ok(())
}

async fn judge(ctx: &Context, objects: &Objects, object: &Object) -> Result<(), Error> {
    let Some(place) = UploadPlace::of_key(&object.key) else {
        tracing::warn!("an object lies where no upload does");
        return Ok(());
    };
    let pending = ctx.store().attachment_pending(&place.attachment).await?;
    if let Some(attachment) = pending {
        let Some(upload) = objects.read(&object.key, &object.e_tag).await? else {
            // Removed, or posted again: then there is another event.
            return Ok(());
        };
        let verdict = match looked_at(&attachment, &upload) {
            Ok(found) => Ok(keep(objects, &attachment, found).await?),
            Err(rejection) => Err(rejection),
        };
        ctx.store().attachment_judge(&attachment.id, verdict).await?;
    }
    objects.remove(&object.key).await
}

/// What is in the bytes, if they are what was said.
fn looked_at(attachment: &Attachment, upload: &Stored) -> Result<Found, Rejection> {
    if upload.bytes.len() as u64 != attachment.size {
        return Err(Rejection::WrongSize);
    }
    inspect(attachment.kind, &attachment.content_type, &upload.bytes)
}

/// Writes what was found to where it is downloaded from.
async fn keep(objects: &Objects, attachment: &Attachment, found: Found) -> Result<Measures, Error> {
    let Found { measures, original, thumbnail } = found;
    let content_type = attachment.content_type.as_str().to_owned();
    objects.write(&Place::Original.key(&attachment.id), Stored { bytes: original, content_type }).await?;
    if let Some(thumbnail) = thumbnail {
        let stored = Stored { bytes: thumbnail.bytes, content_type: thumbnail.content_type.to_owned() };
        objects.write(&Place::Thumbnail.key(&attachment.id), stored).await?;
    }
    Ok(measures)
}

/// The function.
pub fn function() -> Function {
    trigger(handle)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bytes_are_as_many_and_of_the_type_that_was_said() {
        let attachment = |size: usize| -> Attachment {
            serde_json::from_value(
                json!({"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "kind": "FILE", "status": "PENDING",
                "fileName": "a.pdf", "contentType": "application/pdf", "size": size,
                "createdAt": "2026-01-01T00:00:00Z"}),
            )
            .unwrap()
        };
        let upload = |bytes: &'static [u8]| Stored { bytes: bytes.into(), content_type: String::new() };
        let pdf = upload(b"%PDF-1.7\n");
        assert_eq!(looked_at(&attachment(9), &pdf).unwrap().original, pdf.bytes);
        assert_eq!(looked_at(&attachment(8), &pdf), Err(Rejection::WrongSize));
        assert_eq!(looked_at(&attachment(9), &upload(b"MZ\x90\0\x03\0\0\0\x04")), Err(Rejection::WrongType));
    }
}

//! `Mutation.createUpload`: a form to upload something with, for anybody signed in.
//! `LimitExceeded` for what is too large, `Conflict` for an id that was used for something else.

use domain::Error;
use domain::media::{AttachmentStatus, Upload, UploadLimits, UploadRequest};
use lambda::{Context, Function, SignedIn, field};
use media::{Bucket, UploadPlace};
use serde::Deserialize;

/// What is to be uploaded.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    input: UploadRequest,
}

/// Notes the wish and signs a form. Said again, it is the same attachment, with a new form while it has no bytes.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<Upload, Error> {
    let wish = arguments.input;
    let variable = |name| ctx.variable(name);
    wish.within(&UploadLimits::of_megabytes(variable("MAX_MEDIA_MB"), variable("MAX_FILE_MB"))?)?;
    let attachment = ctx.store().attachment_create(&caller.user_id, &wish, ctx.now()).await?;
    if attachment.status != AttachmentStatus::Pending {
        return Ok(Upload { attachment, form: None });
    }
    let bucket = Bucket::open(ctx.sdk(), variable("BUCKET_NAME")).await?;
    let place = UploadPlace { owner: caller.user_id, attachment: attachment.id.clone() };
    let form = bucket.form(&place, &attachment.content_type, attachment.size, ctx.now())?;
    Ok(Upload { attachment, form: Some(form) })
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

#[cfg(test)]
mod tests {
    use lambda::parse;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_cannot_be_shown_is_no_picture() {
        let input = |content_type: &str| {
            json!({"input": {"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "kind": "IMAGE", "fileName": "a",
                "contentType": content_type, "size": 10}})
        };
        assert!(parse::<Arguments>(input("image/png")).is_ok());
        let error = parse::<Arguments>(input("image/svg+xml")).unwrap_err();
        assert!(error.message().contains("FILE"), "{error}");
    }
}

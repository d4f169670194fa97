//! `Mutation.unregisterDevice`: ends push to a device of the caller's, for anybody signed in; one that is not registered is no error.

use domain::Error;
use domain::id::ClientId;
use lambda::{Context, Function, SignedIn, field};
use notify::Pushes;
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arguments {
    input: Input,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    id: ClientId,
}

/// Forgets the device, then closes the way to it.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: Arguments) -> Result<ClientId, Error> {
    let id = arguments.input.id;
    if let Some(removed) = ctx.store().device_remove(&caller.user_id, &id, None).await?
        && let Err(error) = Pushes::new(ctx.sdk()).endpoint_close(&removed.arn).await
    {
        let inner = error.inner().unwrap_or_default();
        tracing::warn!(inner, "the endpoint of a device that is gone stays");
    }
    Ok(id)
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_device_is_named_by_its_id() {
        let read = |input| lambda::parse::<Arguments>(json!({ "input": input }));
        assert!(read(json!({ "id": "01ARZ3NDEKTSV4RRFFQ69G5FAV" })).is_ok());
        assert!(read(json!({ "id": "phone" })).unwrap_err().message().starts_with("input.id"));
    }
}

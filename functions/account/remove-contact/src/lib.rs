//! `Mutation.removeContact`: removes a contact, for anybody signed in. One who is none already is null and no error.

use domain::Error;
use domain::account::Contact;
use domain::id::UserId;
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    user_id: UserId,
}

/// Removes the contact.
pub async fn handle(
    ctx: &Context,
    caller: SignedIn,
    arguments: WithInput<Input>,
) -> Result<Option<Contact>, Error> {
    let user_id = arguments.input.user_id;
    ctx.store().contact_remove(&caller.user_id, &user_id).await
}

/// The function.
pub fn function() -> Function {
    field(handle)
}

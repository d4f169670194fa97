//! `Mutation.addContact`: adds a contact or renames one, for anybody signed in.
//! `NotFound` for who does not exist or blocked the caller, `Forbidden` for whom the caller blocked, `BadRequest` for
//! oneself, `LimitExceeded` for the 5,001st.

use domain::Error;
use domain::account::{Change, Contact};
use domain::id::UserId;
use domain::text::DisplayName;
use lambda::{Context, Function, SignedIn, WithInput, field};
use serde::Deserialize;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    user_id: UserId,
    #[serde(default)]
    name: Change<DisplayName>,
}

/// Adds the contact, or renames it.
pub async fn handle(ctx: &Context, caller: SignedIn, arguments: WithInput<Input>) -> Result<Contact, Error> {
    let Input { user_id, name } = arguments.input;
    if user_id == caller.user_id {
        return Err(Error::bad_request("userId: that is you"));
    }
    ctx.store().contact_put(&caller.user_id, &user_id, &name, ctx.now()).await
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
    fn a_name_may_be_absent_given_or_taken_away() {
        let name = |mut input: serde_json::Value| {
            input["userId"] = json!("00000000-0000-4000-8000-00000000000b");
            lambda::parse::<WithInput<Input>>(json!({ "input": input })).map(|arguments| arguments.input.name)
        };
        assert_eq!(name(json!({})).unwrap(), Change::Stay);
        assert_eq!(name(json!({"name": null})).unwrap(), Change::Become(None));
        let bob = DisplayName::parse("Bob").unwrap();
        assert_eq!(name(json!({"name": "Bob"})).unwrap(), Change::Become(Some(bob)));
        assert!(name(json!({"name": ""})).unwrap_err().message().starts_with("input.name: "));
    }
}

//! `GetUser` and `DeleteUser`.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::cognito::Pools;
use crate::response::Failure;
use crate::store::users;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetUser {
    access_token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteUser {
    access_token: String,
}

impl Pools {
    pub(crate) fn get_user(&self, request: GetUser) -> Result<Value, Failure> {
        let (user, family) = self.person(&request.access_token)?;
        let client = self.client(&family.client_id)?;
        let readable = user.attribute_list().into_iter().filter(|attribute| {
            attribute["Name"].as_str().is_some_and(|name| name == "sub" || client.may_read(name))
        });
        let mut answer = json!({ "Username": user.name(), "UserAttributes": readable.collect::<Vec<_>>() });
        user.add_mfa_settings(&mut answer);
        Ok(answer)
    }

    /// Removes the person with all sign-ins; the address is free again.
    pub(crate) fn delete_user(&self, request: DeleteUser) -> Result<Value, Failure> {
        let (user, _) = self.person(&request.access_token)?;
        self.store.write(|transaction| users::delete(transaction, &user.sub))?;
        Ok(json!({}))
    }
}

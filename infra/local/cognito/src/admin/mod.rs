//! What administrators and functions do about people. The caller is checked before any of it.

pub(crate) mod create;
pub(crate) mod groups;
pub(crate) mod listing;
pub(crate) mod people;
pub(crate) mod providers;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::cognito::Pools;
use crate::response::Failure;
use crate::user::User;

/// The client in the events of administrators' calls, as AWS names it.
pub(crate) const NO_CLIENT: &str = "CLIENT_ID_NOT_APPLICABLE";

/// Which person, in which pool.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Whom {
    pub(crate) user_pool_id: String,
    pub(crate) username: String,
}

impl Pools {
    pub(crate) fn check_pool(&self, pool_id: &str) -> Result<(), Failure> {
        if pool_id == self.config.pool.pool_id {
            return Ok(());
        }
        Err(Failure::not_found(format!("User pool {pool_id} does not exist.")))
    }

    pub(crate) fn whom(&self, whom: &Whom) -> Result<User, Failure> {
        self.check_pool(&whom.user_pool_id)?;
        self.existing(&whom.username)
    }
}

impl User {
    /// `UserType`, whose attributes have a name of their own in each operation.
    pub(crate) fn describe(&self, attributes_name: &str) -> Value {
        let seconds = |time: jiff::Timestamp| time.as_millisecond() as f64 / 1_000.0;
        let mut answer = json!({
            "Username": self.name(),
            "UserCreateDate": seconds(self.created_at),
            "UserLastModifiedDate": seconds(self.modified_at),
            "Enabled": self.enabled,
            "UserStatus": self.status.name(),
        });
        answer[attributes_name] = json!(self.attribute_list());
        answer
    }
}

//! Presence.

use domain::Error;
use domain::account::Attendance;

use crate::failure;
use crate::keys;
use crate::row::{self, Row};
use crate::store::Store;

impl Row for Attendance {
    const ENTITY: &'static str = "presence";
}

impl Store {
    /// Keeps what a person says of being here, over what they said before: one PutItem, one unit.
    /// Of two at once either stays.
    pub async fn presence_put(&self, attendance: &Attendance) -> Result<(), Error> {
        let item = row::encode(&keys::presence(&attendance.user_id), attendance)?;
        let request = self.client().put_item().table_name(self.table()).set_item(Some(item));
        request.send().await.map(drop).map_err(|failure| failure::error("PutItem", failure))
    }
}

//! Deleting for everyone.

use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::Error;
use domain::message::{Message, Place};

use crate::keys;
use crate::messages::rewrite::{Rewrite, Scene};
use crate::store::{IntoPart, Store};

impl Store {
    /// Deletes a message for everyone: a tombstone keeps its number, earlier texts go as well, and it is unpinned.
    ///
    /// What is deleted already stays as it is. Three round trips, 6 write units and 2 for each earlier text (20 at
    /// most); see [`Message::deleted`] for who may when. It works in a closed conversation too.
    pub async fn message_delete(&self, place: &Place) -> Result<Message, Error> {
        self.message_rewrite(
            place,
            |_| None,
            |scene| {
                let membership = scene.head.membership(&scene.state);
                let Some(after) = scene.row.message.deleted(&place.user_id, &membership, place.now)? else {
                    return Ok(None);
                };
                let mut rewrite = Rewrite::new(scene, after);
                rewrite.head.pins.retain(|pin| pin.seq != scene.row.message.seq);
                rewrite.forget_edits = true;
                rewrite.parts = self.forget_parts(scene)?;
                Ok(Some(rewrite))
            },
        )
        .await
    }

    /// Parts that take the earlier texts out of the changes.
    fn forget_parts(&self, scene: &Scene) -> Result<Vec<TransactWriteItem>, Error> {
        let forget = |rev: &u64| {
            self.update_part(&keys::change(&scene.head.id, *rev))
                .update_expression("REMOVE #before")
                .condition_expression("attribute_exists(pk)")
                .expression_attribute_names("#before", "before")
                .part()
        };
        scene.row.edits.iter().map(forget).collect()
    }
}

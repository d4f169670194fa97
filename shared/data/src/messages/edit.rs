//! Editing.

use domain::Error;
use domain::message::{Edited, Message, Place};

use crate::messages::rewrite::Rewrite;
use crate::store::Store;

impl Store {
    /// Changes the text of one's own message; the text before stays in the change.
    ///
    /// The same text again changes nothing. Three round trips (four with mentions), 6 write units and more for long
    /// texts; see [`Message::edited`] for who may when.
    pub async fn message_edit(&self, place: &Place, edit: &Edited) -> Result<Message, Error> {
        let strangers = self.strangers_among(&place.conversation_id, edit.mentions.as_slice()).await?;
        self.message_rewrite(
            place,
            |_| None,
            |scene| {
                scene.head.membership(&scene.state).may_take_part()?;
                let (message, edits) = (&scene.row.message, scene.row.edits.len());
                let Some(after) = message.edited(&place.user_id, edit, edits, place.now)? else {
                    return Ok(None);
                };
                if strangers {
                    return Err(Error::bad_request("mentions must be members of the conversation"));
                }
                Ok(Some(Rewrite { before: message.text.clone(), ..Rewrite::new(scene, after) }))
            },
        )
        .await
    }
}

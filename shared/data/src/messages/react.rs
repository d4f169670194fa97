//! Reacting.

use domain::Error;
use domain::message::{Emoji, Message, Place};

use crate::keys;
use crate::messages::rewrite::{Rewrite, Scene};
use crate::messages::row::ReactionRow;
use crate::row;
use crate::store::{IntoPart, Store};

impl Store {
    /// Sets or changes a person's reaction to a message. The same again changes nothing.
    ///
    /// Three round trips, 8 write units; see [`Message::reacted`] for the bounds.
    pub async fn reaction_set(&self, place: &Place, emoji: &Emoji) -> Result<Message, Error> {
        self.message_rewrite(
            place,
            |seq| Some(keys::reaction(&place.conversation_id, seq, &place.user_id)),
            |scene| {
                scene.head.membership(&scene.state).may_take_part()?;
                let old = own_reaction(scene)?;
                let Some(after) = scene.row.message.reacted(&place.user_id, old.as_ref(), emoji)? else {
                    return Ok(None);
                };
                let row = ReactionRow {
                    user_id: place.user_id.clone(),
                    emoji: emoji.as_str().to_owned(),
                    created_at: place.now,
                };
                let key = keys::reaction(&place.conversation_id, after.seq, &place.user_id);
                let parts = vec![self.put_part(&key, &row)?.part()?];
                Ok(Some(Rewrite { parts, ..Rewrite::new(scene, after) }))
            },
        )
        .await
    }

    /// Takes a person's reaction back; having none changes nothing. It works in a closed conversation too.
    ///
    /// Three round trips, 8 write units.
    pub async fn reaction_remove(&self, place: &Place) -> Result<Message, Error> {
        self.message_rewrite(
            place,
            |seq| Some(keys::reaction(&place.conversation_id, seq, &place.user_id)),
            |scene| {
                let message = &scene.row.message;
                // The reactions to a deleted message went with it.
                let Some(old) = own_reaction(scene)?.filter(|_| message.is_live()) else { return Ok(None) };
                let after = message.unreacted(&place.user_id, &old);
                let key = keys::reaction(&place.conversation_id, after.seq, &place.user_id);
                let parts = vec![self.delete_part(&key).part()?];
                Ok(Some(Rewrite { parts, ..Rewrite::new(scene, after) }))
            },
        )
        .await
    }
}

fn own_reaction(scene: &Scene) -> Result<Option<Emoji>, Error> {
    let row: Option<ReactionRow> = scene.further.clone().map(row::decode).transpose()?;
    let emoji = row.map(|row| Emoji::parse(&row.emoji)).transpose();
    emoji.map_err(|error| Error::internal(format!("a stored reaction is none: {error}")))
}

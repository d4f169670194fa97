//! A conversation as one member has it.

use std::collections::HashMap;

use domain::Error;
use domain::conversation::Conversation;
use domain::id::{ConversationId, UserId};

use crate::conversations::head::Head;
use crate::conversations::info::Info;
use crate::conversations::own::DraftRow;
use crate::conversations::state::State;
use crate::keys::{self, Key};
use crate::row::{self, Item, Row};
use crate::store::Store;

impl Store {
    /// A conversation with the member's own state, description and draft; none for who is no member.
    ///
    /// One batch read, strongly consistent, three units, and one for the description of a group; the rows may be from
    /// moments a little apart.
    pub async fn conversation_get(
        &self,
        user: &UserId,
        conversation: &ConversationId,
    ) -> Result<Option<Conversation>, Error> {
        let (head, state) = (keys::head(conversation), keys::state(user, conversation));
        let (info, draft) = (keys::info(conversation), keys::draft(user, conversation));
        let mut keys = vec![head.clone(), state.clone(), draft.clone()];
        if !conversation.is_direct() {
            keys.push(info.clone());
        }
        let mut items = self.batch(&keys, true).await?;
        let Some(state) = take::<State>(&mut items, &state)? else { return Ok(None) };
        let head = take::<Head>(&mut items, &head)?.ok_or_else(|| headless(conversation))?;
        let draft = take::<DraftRow>(&mut items, &draft)?.map(|row| row.text);
        let description = take::<Info>(&mut items, &info)?.map(|row| row.description);
        Ok(Some(Conversation { description, ..head.conversation_of(&state, draft) }))
    }
}

/// The row with this key out of a batch, if it was there.
pub(crate) fn take<R: Row>(items: &mut HashMap<Key, Item>, key: &Key) -> Result<Option<R>, Error> {
    items.remove(key).map(row::decode).transpose()
}

/// A state without its head: rows that are written together are not there together.
pub(crate) fn headless(conversation: &ConversationId) -> Error {
    Error::internal(format!("conversation {conversation} has members and no head"))
}

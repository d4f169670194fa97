//! The chat list.

use std::collections::HashMap;

use domain::Error;
use domain::conversation::Conversation;
use domain::id::UserId;
use futures::future::try_join;

use crate::conversations::head::Head;
use crate::conversations::info::Info;
use crate::conversations::own::DraftRow;
use crate::conversations::state::State;
use crate::conversations::view::{headless, take};
use crate::keys;
use crate::row;
use crate::store::{Range, Store};

impl Store {
    /// All conversations of a person with their state, at most 1,000, in no order; strongly consistent.
    ///
    /// Two sequential reads: the states with the drafts beside them, by prefix (a unit per 4 KB, about ten states);
    /// then the heads in parallel batches (a unit each). A conversation that the person leaves in between is listed as
    /// it was. Descriptions are left out, see [`Store::conversation_describe`].
    pub async fn conversation_list(&self, user: &UserId) -> Result<Vec<Conversation>, Error> {
        let prefix = |prefix| Range::prefix(keys::user_partition(user), prefix);
        let (states, drafts) =
            try_join(self.range(prefix(keys::STATES)), self.range(prefix(keys::DRAFTS))).await?;
        let states: Vec<State> = states.rows.into_iter().map(row::decode).collect::<Result<_, _>>()?;
        let mut drafts: HashMap<_, _> = drafts
            .rows
            .into_iter()
            .map(|item| row::decode::<DraftRow>(item).map(|draft| (draft.conversation_id, draft.text)))
            .collect::<Result<_, _>>()?;
        let keys: Vec<_> = states.iter().map(|state| keys::head(&state.conversation_id)).collect();
        let mut items = self.batch(&keys, true).await?;
        let mut conversations = Vec::with_capacity(states.len());
        for state in states {
            let id = &state.conversation_id;
            let head = take::<Head>(&mut items, &keys::head(id))?.ok_or_else(|| headless(id))?;
            conversations.push(head.conversation_of(&state, drafts.remove(id)));
        }
        Ok(conversations)
    }

    /// Adds the descriptions to conversations that the caller is a member of: one batch read, strongly consistent, a
    /// unit for each group.
    pub async fn conversation_describe(&self, conversations: &mut [Conversation]) -> Result<(), Error> {
        let groups = conversations.iter().filter(|conversation| !conversation.id.is_direct());
        let keys: Vec<_> = groups.map(|group| keys::info(&group.id)).collect();
        let mut items = self.batch(&keys, true).await?;
        for conversation in conversations {
            let info = take::<Info>(&mut items, &keys::info(&conversation.id))?;
            conversation.description = info.map(|info| info.description);
        }
        Ok(())
    }
}

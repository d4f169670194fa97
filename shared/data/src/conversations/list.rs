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

/// Whether a list holds the groups' descriptions, which cost a unit for each group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Descriptions {
    /// They are read.
    Read,
    /// They are left out.
    Omitted,
}

impl Store {
    /// All conversations of a person with their state, at most 1,000, in no order; strongly consistent.
    ///
    /// Two sequential reads: the states with the drafts beside them, by prefix (a unit per 4 KB, about ten states);
    /// then the heads in parallel batches (a unit each). A conversation that the person leaves in between is listed as
    /// it was.
    pub async fn conversation_list(
        &self,
        user: &UserId,
        descriptions: Descriptions,
    ) -> Result<Vec<Conversation>, Error> {
        let prefix = |prefix| Range::prefix(keys::user_partition(user), prefix);
        let (states, drafts) =
            try_join(self.range(prefix(keys::STATES)), self.range(prefix(keys::DRAFTS))).await?;
        let states: Vec<State> = states.rows.into_iter().map(row::decode).collect::<Result<_, _>>()?;
        let mut drafts: HashMap<_, _> = drafts
            .rows
            .into_iter()
            .map(|item| row::decode::<DraftRow>(item).map(|draft| (draft.conversation_id, draft.text)))
            .collect::<Result<_, _>>()?;
        let mut keys: Vec<_> = states.iter().map(|state| keys::head(&state.conversation_id)).collect();
        if descriptions == Descriptions::Read {
            let groups = states.iter().filter(|state| !state.conversation_id.is_direct());
            keys.extend(groups.map(|state| keys::info(&state.conversation_id)));
        }
        let mut items = self.batch(&keys, true).await?;
        let mut conversations = Vec::with_capacity(states.len());
        for state in states {
            let id = &state.conversation_id;
            let head = take::<Head>(&mut items, &keys::head(id))?.ok_or_else(|| headless(id))?;
            let description = take::<Info>(&mut items, &keys::info(id))?.map(|info| info.description);
            let draft = drafts.remove(id);
            conversations.push(Conversation { description, ..head.conversation_of(&state, draft) });
        }
        Ok(conversations)
    }
}

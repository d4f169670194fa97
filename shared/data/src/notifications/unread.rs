//! The number on an app's icon.

use domain::Error;
use domain::id::UserId;

use crate::conversations::head::Head;
use crate::conversations::state::State;
use crate::conversations::view::take;
use crate::keys;
use crate::row;
use crate::store::{Range, Store};

impl Store {
    /// How many messages a person has not read, in all their conversations; eventually consistent.
    ///
    /// The states by prefix (half a unit for about ten), then all heads in parallel batches (half a unit each), at most
    /// 1,000: what the chat list adds up to. It is asked for once for the messages of an event, and only for somebody
    /// who gets a push.
    pub async fn unread_total(&self, user: &UserId) -> Result<u64, Error> {
        let states = Range::prefix(keys::user_partition(user), keys::STATES).eventually();
        let states = self.range(states).await?.rows.into_iter().map(row::decode::<State>);
        let states: Vec<State> = states.collect::<Result<_, _>>()?;
        let heads: Vec<_> = states.iter().map(|state| keys::head(&state.conversation_id)).collect();
        let mut heads = self.batch(&heads, false).await?;
        let unread = states.iter().map(|state| {
            let head = take::<Head>(&mut heads, &keys::head(&state.conversation_id))?;
            Ok(head.map_or(0, |head| state.unread(&head)))
        });
        unread.sum()
    }
}

//! Reading blocks: packed, or where their messages are.

use std::collections::HashMap;

use domain::Error;
use domain::id::ConversationId;
use futures::future::{try_join, try_join_all};
use search::{Entry, Place, last_of};

use super::block::{entries, messages_of, unpacked};
use crate::keys;
use crate::store::Store;

/// What reading a packed block is counted as.
const PACKED: usize = 1;
/// What reading its messages is counted as, which are about sixteen times as much.
const UNPACKED: usize = 16;

/// A block with what search knows of its messages.
pub(super) struct Read {
    pub(super) place: Place,
    pub(super) entries: Vec<Entry>,
}

impl Store {
    /// Blocks in the order asked, and what that is counted as. `tops` are the last numbers of their conversations: a
    /// block that is not full was never packed.
    ///
    /// Eventually consistent. One batch for all that may be packed, half a unit each; then, at once, a query of up to
    /// eight units for each that is not.
    pub(super) async fn blocks_read(
        &self,
        places: Vec<Place>,
        tops: &HashMap<ConversationId, u64>,
    ) -> Result<(Vec<Read>, usize), Error> {
        let is_full =
            |place: &&Place| tops.get(&place.conversation).is_some_and(|top| *top >= last_of(place.block));
        let (full, open): (Vec<&Place>, Vec<&Place>) = places.iter().partition(is_full);
        let (packed, open) = try_join(self.packed(&full), self.unpacked(&open)).await?;
        let missing: Vec<&Place> =
            full.iter().zip(&packed).filter(|(_, found)| found.is_none()).map(|(place, _)| *place).collect();
        let missing = self.unpacked(&missing).await?;
        let cost = PACKED * full.len() + UNPACKED * (open.len() + missing.len());
        let (mut packed, mut open, mut missing) = (packed.into_iter(), open.into_iter(), missing.into_iter());
        let mut read = Vec::with_capacity(places.len());
        for place in &places {
            let entries = if is_full(&place) {
                packed.next().flatten().or_else(|| missing.next())
            } else {
                open.next()
            };
            read.push(Read { place: place.clone(), entries: entries.unwrap_or_default() });
        }
        Ok((read, cost))
    }

    async fn packed(&self, places: &[&Place]) -> Result<Vec<Option<Vec<Entry>>>, Error> {
        let keys: Vec<_> = places.iter().map(|place| keys::words(&place.conversation, place.block)).collect();
        let mut items = self.batch(&keys, false).await?;
        let read = keys.iter().map(|key| items.remove(key).map_or(Ok(None), unpacked));
        read.collect()
    }

    async fn unpacked(&self, places: &[&Place]) -> Result<Vec<Vec<Entry>>, Error> {
        let read = places.iter().map(|place| async {
            entries(self.range(messages_of(&place.conversation, place.block).eventually()).await?.rows)
        });
        try_join_all(read).await
    }
}

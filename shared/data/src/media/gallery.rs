//! What a conversation shared.

use domain::Error;
use domain::id::{ConversationId, UserId};
use domain::media::GalleryKind;
use domain::message::Message;
use futures::future::try_join;

use crate::keys;
use crate::row;
use crate::store::{Range, Store};

/// A page of what a conversation shared, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct GalleryPage {
    /// The messages.
    pub messages: Vec<Message>,
    /// The number of the last one looked at, if there are more.
    pub last: Option<u64>,
}

impl Store {
    /// Messages of one list of a conversation, newest first, below a number; `NotFound` for who is no member.
    ///
    /// Strongly consistent: the list and what proves the membership at once, then the messages. A unit, one for about
    /// 30 rows of the list, and two for each message. Those that the person deleted for themself are left out, so that
    /// a page may hold fewer than `limit` with more behind it.
    pub async fn gallery_list(
        &self,
        user: &UserId,
        conversation: &ConversationId,
        kind: GalleryKind,
        before: Option<u64>,
        limit: usize,
    ) -> Result<GalleryPage, Error> {
        let from = keys::gallery(conversation, kind, 0);
        let top = before.unwrap_or(keys::MAX_NUMBER + 1).saturating_sub(1);
        let to = keys::gallery(conversation, kind, top);
        let range = Range::between(from.pk, from.sk, to.sk).backward().limit(limit);
        let (state, slice) = try_join(self.state_get(user, conversation), self.range(range)).await?;
        let state = state.ok_or_else(Error::not_found)?;
        let seqs = slice.rows.iter().filter_map(|item| keys::number_of(row::text(item, keys::SK)));
        let seqs: Vec<u64> = seqs.collect();
        let seen: Vec<u64> = seqs.iter().copied().filter(|seq| state.sees(*seq)).collect();
        let messages = self.message_visible(user, conversation, &seen).await?;
        // Below the first number that the person may see there is nothing for them.
        let last = seqs.last().copied().filter(|last| slice.last.is_some() && state.sees(*last));
        Ok(GalleryPage { messages, last })
    }
}

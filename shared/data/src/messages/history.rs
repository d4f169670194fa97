//! Reading messages next to each other.

use std::collections::BTreeSet;

use domain::Error;
use domain::id::{ConversationId, UserId};
use domain::message::Message;
use futures::future::try_join3;

use crate::conversations::head::Head;
use crate::conversations::state::State;
use crate::conversations::view::{headless, take};
use crate::keys;
use crate::messages::sight::{Sight, may_have_hidden};
use crate::messages::weight::{PAGE_WEIGHT, fitting};
use crate::row;
use crate::store::{Range, Store};

/// Where to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// The latest messages.
    Latest,
    /// The nearest with a smaller number.
    Before(u64),
    /// The nearest with a greater number.
    After(u64),
    /// Those on both sides of a number, it included.
    Around(u64),
}

/// Messages next to each other.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// The messages, oldest first.
    pub messages: Vec<Message>,
    /// Whether there are older ones that the person may see.
    pub has_before: bool,
    /// Whether there are newer ones.
    pub has_after: bool,
}

/// Further rows are read in pages of this size once some were hidden.
const REFILL: usize = 100;

/// What one side of a page may weigh.
const HALF_PAGE: usize = PAGE_WEIGHT / 2;

/// From which number on, and how many messages.
type Side = (u64, usize);

impl Spot {
    /// How many messages to read below and from which number on, and the same above.
    fn sides(self, limit: usize) -> (Option<Side>, Option<Side>) {
        match self {
            Spot::Latest => (Some((keys::MAX_NUMBER, limit)), None),
            Spot::Before(seq) => (seq.checked_sub(1).map(|top| (top, limit)), None),
            Spot::After(seq) => (None, Some((seq + 1, limit))),
            Spot::Around(seq) => {
                let below = limit / 2;
                (seq.checked_sub(1).filter(|_| below > 0).map(|top| (top, below)), Some((seq, limit - below)))
            }
        }
    }

    /// The numbers between which an empty page lies: the greatest below it and the smallest above it.
    fn edges(self, last: u64) -> (u64, u64) {
        match self {
            Spot::Latest => (last, last + 1),
            Spot::Before(seq) | Spot::Around(seq) => (seq.saturating_sub(1), seq),
            Spot::After(seq) => (seq, seq + 1),
        }
    }
}

impl Store {
    /// Messages of a conversation as a member may see them; `NotFound` for others.
    ///
    /// One round trip, strongly consistent: head, state and one query (two for `Around`), two units and one per 4 KB of
    /// messages. Members who deleted messages for themself need further ones until the page is full. A page of very long
    /// messages holds fewer than `limit`, see `weight`; `has_before` and `has_after` tell.
    pub async fn message_list(
        &self,
        user: &UserId,
        conversation: &ConversationId,
        spot: Spot,
        limit: usize,
    ) -> Result<History, Error> {
        let (below, above) = spot.sides(limit);
        let (mut rows, lower, upper) = try_join3(
            self.batch(&[keys::head(conversation), keys::state(user, conversation)], true),
            self.messages_down(conversation, below, 0),
            self.messages_up(conversation, above),
        )
        .await?;
        let state: State = take(&mut rows, &keys::state(user, conversation))?.ok_or_else(Error::not_found)?;
        let head: Head = take(&mut rows, &keys::head(conversation))?.ok_or_else(|| headless(conversation))?;
        let sight = self.sight(&state, &head, upper.last().or(lower.first())).await?;
        let lower = self.filled_down(conversation, &sight, below, lower).await?;
        let upper = self.filled_up(conversation, &sight, above, upper).await?;
        Ok(sight.page(spot, lower, upper))
    }

    /// The numbers of what a member deleted for themself and did not clear since, in order.
    ///
    /// Strongly consistent; one unit per 4 KB, about 25 of them; at most 1,000, and no read at all for almost everybody.
    pub(crate) async fn hidden_list(&self, state: &State, head: &Head) -> Result<BTreeSet<u64>, Error> {
        if !may_have_hidden(state, head) {
            return Ok(BTreeSet::new());
        }
        let (user, conversation) = (&state.user_id, &state.conversation_id);
        let from = keys::hidden(user, conversation, state.cleared_seq + 1);
        let to = keys::hidden(user, conversation, keys::MAX_NUMBER);
        let rows = self.range(Range::between(from.pk, from.sk, to.sk)).await?.rows;
        Ok(rows.iter().filter_map(|item| keys::number_of(row::text(item, keys::SK))).collect())
    }

    async fn sight(&self, state: &State, head: &Head, newest: Option<&Message>) -> Result<Sight, Error> {
        Ok(Sight {
            floor: state.first_seq.max(state.cleared_seq + 1),
            // A message may have come between the two reads.
            last: newest.map_or(head.seq, |newest| newest.seq.max(head.seq)),
            hidden: self.hidden_list(state, head).await?,
        })
    }

    /// Messages from a number downwards, newest first.
    async fn messages_down(
        &self,
        conversation: &ConversationId,
        side: Option<Side>,
        floor: u64,
    ) -> Result<Vec<Message>, Error> {
        let Some((top, limit)) = side else { return Ok(Vec::new()) };
        let (from, to) = (keys::message(conversation, floor), keys::message(conversation, top));
        let range = Range::between(from.pk, from.sk, to.sk).backward().limit(limit);
        self.range(range).await?.rows.into_iter().map(row::decode).collect()
    }

    /// Messages from a number upwards, oldest first.
    pub(crate) async fn messages_up(
        &self,
        conversation: &ConversationId,
        side: Option<Side>,
    ) -> Result<Vec<Message>, Error> {
        let Some((bottom, limit)) = side else { return Ok(Vec::new()) };
        let (from, to) = (keys::message(conversation, bottom), keys::message(conversation, keys::MAX_NUMBER));
        let range = Range::between(from.pk, from.sk, to.sk).limit(limit);
        self.range(range).await?.rows.into_iter().map(row::decode).collect()
    }

    /// Leaves out what is not to be seen and reads on until the side is full or at its end.
    async fn filled_down(
        &self,
        conversation: &ConversationId,
        sight: &Sight,
        side: Option<Side>,
        mut read: Vec<Message>,
    ) -> Result<Vec<Message>, Error> {
        let Some((_, limit)) = side else { return Ok(Vec::new()) };
        let mut kept = Vec::with_capacity(limit);
        loop {
            let next = read.last().and_then(|oldest| oldest.seq.checked_sub(1));
            kept.extend(read.into_iter().filter(|message| sight.sees(message.seq)));
            match next {
                Some(top) if kept.len() < limit && sight.anything(0, top) => {
                    read = self.messages_down(conversation, Some((top, REFILL)), sight.floor).await?;
                }
                _ => break,
            }
        }
        kept.truncate(fitting(&kept, HALF_PAGE).min(limit));
        Ok(kept)
    }

    async fn filled_up(
        &self,
        conversation: &ConversationId,
        sight: &Sight,
        side: Option<Side>,
        mut read: Vec<Message>,
    ) -> Result<Vec<Message>, Error> {
        let Some((bottom, limit)) = side else { return Ok(Vec::new()) };
        // What lies before the first visible number need not be walked through.
        if bottom < sight.floor {
            read = self.messages_up(conversation, Some((sight.floor, limit))).await?;
        }
        let mut kept = Vec::with_capacity(limit);
        loop {
            let next = read.last().map(|newest| newest.seq + 1);
            kept.extend(read.into_iter().filter(|message| sight.sees(message.seq)));
            match next {
                Some(bottom) if kept.len() < limit && sight.anything(bottom, sight.last) => {
                    read = self.messages_up(conversation, Some((bottom, REFILL))).await?;
                }
                _ => break,
            }
        }
        kept.truncate(fitting(&kept, HALF_PAGE).min(limit));
        Ok(kept)
    }
}

impl Sight {
    /// The page, out of what lies below (newest first) and above (oldest first).
    fn page(&self, spot: Spot, lower: Vec<Message>, upper: Vec<Message>) -> History {
        let messages: Vec<Message> = lower.into_iter().rev().chain(upper).collect();
        let (below, above) = match (messages.first(), messages.last()) {
            (Some(first), Some(last)) => (first.seq.saturating_sub(1), last.seq + 1),
            _ => spot.edges(self.last),
        };
        History { has_before: self.anything(0, below), has_after: self.anything(above, self.last), messages }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sight(floor: u64, last: u64, hidden: &[u64]) -> Sight {
        Sight { floor, last, hidden: hidden.iter().copied().collect() }
    }

    #[test]
    fn an_empty_page_lies_where_it_was_asked_for() {
        let page = sight(1, 9, &[]).page(Spot::Before(1), Vec::new(), Vec::new());
        assert!(!page.has_before && page.has_after);
        let page = sight(1, 9, &[]).page(Spot::After(9), Vec::new(), Vec::new());
        assert!(page.has_before && !page.has_after);
        let page = sight(1, 0, &[]).page(Spot::Latest, Vec::new(), Vec::new());
        assert!(!page.has_before && !page.has_after);
    }

    #[test]
    fn around_takes_half_from_each_side() {
        assert_eq!(Spot::Around(7).sides(5), (Some((6, 2)), Some((7, 3))));
        assert_eq!(Spot::Around(7).sides(1), (None, Some((7, 1))));
        assert_eq!(Spot::Around(0).sides(4), (None, Some((0, 2))));
        assert_eq!(Spot::Before(0).sides(4), (None, None));
    }
}

//! Which of a person's conversations changed.

use std::collections::{BTreeMap, HashMap};

use domain::Error;
use domain::account::Profile;
use domain::conversation::Conversation;
use domain::id::{ConversationId, UserId};
use domain::message::{Heard, Known, Receipt};
use futures::future::try_join;

use crate::conversations::head::Head;
use crate::conversations::info::Info;
use crate::conversations::own::DraftRow;
use crate::conversations::state::State;
use crate::conversations::view::{headless, take};
use crate::keys::{self, Key};
use crate::messages::receipts::Telling;
use crate::row::{self, Item};
use crate::store::{Range, Store};

/// What a conversation may tell besides, for a unit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What the person is writing.
    Draft,
    /// What a group is for.
    Description,
}

/// The conversations that changed.
#[derive(Debug, Clone, PartialEq)]
pub struct ConversationChanges {
    /// As they are now, last changed first.
    pub items: Vec<Conversation>,
    /// The other side's receipts in the direct ones among them.
    pub receipts: Vec<Receipt>,
    /// Those that the person is no longer in.
    pub left: Vec<ConversationId>,
    /// What the client knows now.
    pub known: Known,
    /// Whether more changed.
    pub has_more: bool,
}

/// A conversation as it was read.
struct Seen {
    state: State,
    head: Head,
    receipt: Option<Receipt>,
}

impl Seen {
    fn heard(&self) -> Heard {
        let receipts =
            self.receipt.as_ref().map(|receipt| receipt.delivered_seq + receipt.read_seq.unwrap_or(0));
        Heard {
            log: self.head.seq + self.head.rev,
            state: self.state.version,
            receipts: receipts.unwrap_or(0),
        }
    }
}

impl Store {
    /// Which of a person's conversations changed since they were last heard of, at most `limit`, last changed first.
    ///
    /// Strongly consistent, apart from privacy. All of the person's conversations are looked at, three reads one after
    /// the other (a fourth for details): the states by prefix, a unit for ten; the heads, a unit each; for direct ones
    /// the other side's state and privacy, one and a half.
    pub async fn conversation_sync(
        &self,
        user: &UserId,
        known: Known,
        limit: usize,
        details: &[Detail],
    ) -> Result<ConversationChanges, Error> {
        let states = self.range(Range::prefix(keys::user_partition(user), keys::STATES)).await?.rows;
        let states: Vec<State> = states.into_iter().map(row::decode).collect::<Result<_, _>>()?;
        let seen = self.look(user, states).await?;
        let mut changes = compare(known, seen, limit);
        self.add_details(user, &mut changes.items, details).await?;
        Ok(changes)
    }

    /// The heads of these conversations and, for direct ones, how far the other has come.
    async fn look(&self, user: &UserId, states: Vec<State>) -> Result<Vec<Seen>, Error> {
        let wanted: Vec<_> = states.iter().map(|state| keys::head(&state.conversation_id)).collect();
        let mut items = self.batch(&wanted, true).await?;
        let mut pairs = Vec::with_capacity(states.len());
        for (state, key) in states.into_iter().zip(&wanted) {
            let head: Head = take(&mut items, key)?.ok_or_else(|| headless(&state.conversation_id))?;
            pairs.push((state, head));
        }
        let others: Vec<_> = pairs.iter().filter_map(|(_, head)| other(user, head)).collect();
        let peers = self.peers(user, &others).await?;
        let seen = |(state, head): (State, Head)| {
            let receipt = other(user, &head).and_then(|(peer, at)| peers.receipt(user, &peer, &at));
            Seen { state, head, receipt }
        };
        Ok(pairs.into_iter().map(seen).collect())
    }

    async fn peers(&self, user: &UserId, others: &[(UserId, ConversationId)]) -> Result<Peers, Error> {
        if others.is_empty() {
            return Ok(Peers::default());
        }
        let states: Vec<_> = others.iter().map(|(peer, at)| keys::state(peer, at)).collect();
        let people = others.iter().map(|(peer, _)| peer).chain([user]);
        let profiles: Vec<_> = people.map(keys::profile).collect();
        let (states, profiles) = try_join(self.batch(&states, true), self.batch(&profiles, false)).await?;
        Ok(Peers { states: decoded(states)?, profiles: decoded(profiles)? })
    }

    async fn add_details(
        &self,
        user: &UserId,
        items: &mut [Conversation],
        details: &[Detail],
    ) -> Result<(), Error> {
        let mut wanted = Vec::new();
        for id in items.iter().map(|item| &item.id) {
            wanted.extend(details.contains(&Detail::Draft).then(|| keys::draft(user, id)));
            let described = details.contains(&Detail::Description) && !id.is_direct();
            wanted.extend(described.then(|| keys::info(id)));
        }
        let mut rows = self.batch(&wanted, true).await?;
        for item in items {
            item.description = take::<Info>(&mut rows, &keys::info(&item.id))?.map(|info| info.description);
            let draft = take::<DraftRow>(&mut rows, &keys::draft(user, &item.id))?.map(|draft| draft.text);
            if let Some(state) = &mut item.state {
                state.draft = draft;
            }
        }
        Ok(())
    }
}

/// The other one of a direct conversation, and which it is.
fn other(user: &UserId, head: &Head) -> Option<(UserId, ConversationId)> {
    let other = head.participant_ids.as_ref()?.iter().find(|participant| *participant != user)?;
    Some((other.clone(), head.id.clone()))
}

/// The other sides of direct conversations.
#[derive(Default)]
struct Peers {
    states: HashMap<Key, State>,
    profiles: HashMap<Key, Profile>,
}

impl Peers {
    fn receipt(&self, user: &UserId, peer: &UserId, at: &ConversationId) -> Option<Receipt> {
        let profile = |of| self.profiles.get(&keys::profile(of));
        let state = self.states.get(&keys::state(peer, at))?;
        Some(state.receipt(Telling::between(profile(user), profile(peer))))
    }
}

fn decoded<R: crate::row::Row>(items: HashMap<Key, Item>) -> Result<HashMap<Key, R>, Error> {
    items.into_iter().map(|(key, item)| Ok((key, row::decode(item)?))).collect()
}

/// What a client has not heard of, and what it knows once it has.
fn compare(known: Known, seen: Vec<Seen>, limit: usize) -> ConversationChanges {
    let mut known = known.0;
    let mut now: BTreeMap<ConversationId, Seen> =
        seen.into_iter().map(|seen| (seen.head.id.clone(), seen)).collect();
    let left: Vec<_> = known.keys().filter(|id| !now.contains_key(*id)).cloned().collect();
    for id in &left {
        known.remove(id);
    }
    now.retain(|id, seen| known.get(id) != Some(&seen.heard()));
    let mut changed: Vec<Seen> = now.into_values().collect();
    // Stable: of two that changed at the same moment the smaller id comes first.
    changed.sort_by_key(|seen| std::cmp::Reverse(seen.head.updated_at));
    let has_more = changed.len() > limit;
    changed.truncate(limit);
    known.extend(changed.iter().map(|seen| (seen.head.id.clone(), seen.heard())));
    ConversationChanges {
        receipts: changed.iter().filter_map(|seen| seen.receipt.clone()).collect(),
        items: changed.iter().map(|seen| seen.head.conversation_of(&seen.state, None)).collect(),
        left,
        known: Known(known),
        has_more,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::conversations::head::tests::{head, state};

    fn seen(number: u64, seq: u64, version: u64, delivered: u64) -> Seen {
        let id = ConversationId::parse(format!("g-{number:032x}")).unwrap();
        let receipt = State { delivered_seq: delivered, ..state() }.receipt(Telling::DeliveriesOnly);
        Seen {
            state: State { conversation_id: id.clone(), version, ..state() },
            head: Head { id, seq, ..head() },
            receipt: Some(receipt),
        }
    }

    fn ids(changes: &ConversationChanges) -> usize {
        changes.items.len()
    }

    #[test]
    fn what_was_heard_is_not_told_again_and_each_kind_of_news_is() {
        let all = || vec![seen(1, 5, 1, 3), seen(2, 5, 1, 3)];
        let first = compare(Known::default(), all(), 10);
        assert_eq!((ids(&first), first.has_more), (2, false));
        assert_eq!(ids(&compare(first.known.clone(), all(), 10)), 0);
        for news in [seen(1, 6, 1, 3), seen(1, 5, 2, 3), seen(1, 5, 1, 4)] {
            assert_eq!(ids(&compare(first.known.clone(), vec![news, seen(2, 5, 1, 3)], 10)), 1);
        }
    }

    #[test]
    fn what_the_person_left_is_told_once() {
        let first = compare(Known::default(), vec![seen(1, 5, 1, 3)], 10);
        let second = compare(first.known, Vec::new(), 10);
        assert_eq!(second.left.len(), 1);
        assert!(compare(second.known, Vec::new(), 10).left.is_empty());
    }

    proptest! {
        #[test]
        fn page_by_page_every_conversation_comes_once(count in 0..40_u64, limit in 1..9_usize) {
            let all = || (0..count).map(|number| seen(number, 5, 1, 0)).collect::<Vec<_>>();
            let (mut known, mut told) = (Known::default(), Vec::new());
            loop {
                let changes = compare(known, all(), limit);
                prop_assert!(changes.items.len() <= limit);
                told.extend(changes.items.iter().map(|item| item.id.clone()));
                known = changes.known;
                if !changes.has_more {
                    break;
                }
            }
            let distinct: std::collections::BTreeSet<_> = told.iter().collect();
            prop_assert_eq!((told.len() as u64, distinct.len() as u64), (count, count));
        }
    }
}

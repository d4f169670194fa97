//! Finding messages.

use domain::Error;
use domain::account::TimeZone;
use domain::conversation::Conversation;
use domain::id::{ConversationId, UserId};
use domain::message::Message;
use futures::future::try_join;
use search::{Candidate, Filter, Position, Query, Snippet, Source, Walk};

use super::read::Read;
use crate::conversations::head::Head;
use crate::conversations::state::State;
use crate::conversations::view::{headless, take};
use crate::keys;
use crate::messages::weight;
use crate::store::Store;

/// What one request may read: 2,048 packed blocks, or the messages of 128, or anything between; 1,000 units at most.
const BUDGET: usize = 2_048;
/// How many blocks are read at first, when the newest messages may do.
const FIRST_WAVE: usize = 8;
/// How many blocks are read at once, at most.
const LAST_WAVE: usize = 128;
/// How many messages are looked at as they are now, at once: so many of the longest kind may be beyond the weight.
const CLOSER_LOOK: usize = 16;
/// What a page weighs before it ends.
const ENOUGH: usize = weight::PAGE_WEIGHT / 2;

/// A message that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The message as it is now.
    pub message: Message,
    /// What to show of it.
    pub snippet: Snippet,
}

/// Messages that were found.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchPage {
    /// Newest first.
    pub hits: Vec<Hit>,
    /// From where to go on; none at the end.
    pub position: Option<Position>,
}

impl Store {
    /// Messages that a person may see and that are what they look for, newest first, in one conversation or in all of
    /// theirs. `NotFound` for a conversation that they are no member of.
    ///
    /// Who may see what is read first, strongly consistent: head and state, two units, or the chat list; with days in
    /// the query also the profile. Then blocks, newest first and several at once, eventually consistent, half a unit
    /// for each packed one and up to eight for the messages after the last of them; then each message that is found,
    /// as it is now, strongly consistent, two units. What was edited or deleted is therefore never shown as it was;
    /// what an edit brought in is found a moment later. A page may hold fewer than `limit`, or none, and go on: one
    /// call reads 1,000 units at most, besides the chat list.
    pub async fn message_search(
        &self,
        user: &UserId,
        conversation: Option<&ConversationId>,
        query: &Query,
        from: &Position,
        limit: usize,
    ) -> Result<SearchPage, Error> {
        let (filter, sources) = try_join(self.filter(user, query), self.sources(user, conversation)).await?;
        self.hunt(user, &filter, sources, from, limit).await
    }

    /// The query as a person means it. Reads their time zone if it matters.
    pub(super) async fn filter(&self, user: &UserId, query: &Query) -> Result<Filter, Error> {
        let profile = if query.names_days() { self.profile_get(user).await? } else { None };
        let zone = profile.map_or_else(TimeZone::default, |profile| profile.time_zone);
        Ok(Filter::new(query, user, &zone))
    }

    async fn sources(
        &self,
        user: &UserId,
        conversation: Option<&ConversationId>,
    ) -> Result<Vec<Source>, Error> {
        let Some(conversation) = conversation else {
            return Ok(self.conversation_list(user).await?.iter().filter_map(source).collect());
        };
        let (head, state) = (keys::head(conversation), keys::state(user, conversation));
        let mut items = self.batch(&[head.clone(), state.clone()], true).await?;
        let state: State = take(&mut items, &state)?.ok_or_else(Error::not_found)?;
        let head: Head = take(&mut items, &head)?.ok_or_else(|| headless(conversation))?;
        Ok(source(&head.conversation_of(&state, None)).into_iter().collect())
    }

    pub(super) async fn hunt(
        &self,
        user: &UserId,
        filter: &Filter,
        sources: Vec<Source>,
        from: &Position,
        limit: usize,
    ) -> Result<SearchPage, Error> {
        let tops = sources.iter().map(|source| (source.conversation.clone(), source.top)).collect();
        let mut walk = Walk::new(filter, sources, from);
        let (mut hits, mut weight, mut spent, mut wave) = (Vec::new(), 0, 0, FIRST_WAVE);
        while hits.len() < limit && weight < ENOUGH {
            let ready = walk.ready(CLOSER_LOOK.min(limit - hits.len()));
            if !ready.is_empty() {
                for message in self.messages_now(user, &ready).await? {
                    if filter.finds(&message) {
                        weight += weight::of(&message);
                        hits.push(Hit { snippet: filter.snippet(&message), message });
                    }
                }
                continue;
            }
            let wanted = walk.wanted(wave);
            if wanted.is_empty() || spent >= BUDGET {
                break;
            }
            let (read, cost) = self.blocks_read(wanted, &tops).await?;
            for Read { place, entries } in read {
                walk.read(&place, entries);
            }
            spent += cost;
            wave = LAST_WAVE.min(4 * wave);
        }
        Ok(SearchPage { hits, position: walk.position() })
    }

    /// Messages as they are now, without those that the person deleted for themself, in the same order.
    ///
    /// Strongly consistent; two units for each.
    async fn messages_now(&self, user: &UserId, found: &[Candidate]) -> Result<Vec<Message>, Error> {
        let places = |one: &Candidate| {
            let Candidate { conversation, seq } = one;
            (keys::message(conversation, *seq), keys::hidden(user, conversation, *seq))
        };
        let wanted: Vec<_> =
            found.iter().map(places).flat_map(|(message, hidden)| [message, hidden]).collect();
        let mut items = self.batch(&wanted, true).await?;
        let mut messages = Vec::with_capacity(found.len());
        for (message, hidden) in found.iter().map(places) {
            let message: Option<Message> = take(&mut items, &message)?;
            messages.extend(message.filter(|_| !items.contains_key(&hidden)));
        }
        Ok(messages)
    }
}

/// What a person may see of a conversation.
pub(super) fn source(conversation: &Conversation) -> Option<Source> {
    let state = conversation.state.as_ref()?;
    Some(Source {
        conversation: conversation.id.clone(),
        floor: state.first_seq.max(state.cleared_seq + 1),
        top: conversation.seq,
        latest: conversation.updated_at,
    })
}

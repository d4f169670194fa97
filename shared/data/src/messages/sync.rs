//! What happened in a conversation after a position.

use std::collections::{BTreeSet, HashMap};

use domain::Error;
use domain::conversation::MAX_NAMED_RECEIPTS;
use domain::event::{Event, Revision};
use domain::id::{ConversationId, UserId};
use domain::message::{Message, Receipt};
use futures::future::{try_join, try_join3};
use jiff::Timestamp;

use crate::conversations::head::Head;
use crate::conversations::info::Info;
use crate::conversations::member::MemberRow;
use crate::conversations::state::State;
use crate::conversations::view::{headless, take};
use crate::keys::{self, Key};
use crate::messages::row::{Change, ChangeTarget};
use crate::messages::sync_page::{Log, Page};
use crate::messages::weight::{self, PAGE_WEIGHT};
use crate::row::{self, Item};
use crate::store::{Range, Store};

/// How far a client has come in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogPosition {
    /// The last message that it holds.
    pub seq: u64,
    /// The last change that it holds.
    pub rev: u64,
}

/// What a client asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogQuery {
    /// After what.
    pub after: LogPosition,
    /// How many events at most.
    pub limit: usize,
    /// What the last page is to tell besides.
    pub extras: Vec<Extra>,
}

/// What a last page may tell besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extra {
    /// The other members' receipts.
    Receipts,
    /// What the person deleted for themself.
    Hidden,
    /// What they starred.
    Starred,
}

/// What happened after a position.
#[derive(Debug, Clone, PartialEq)]
pub struct LogSlice {
    /// Messages by number, then changes by number.
    pub events: Vec<Event>,
    /// Where to go on.
    pub position: LogPosition,
    /// Whether there is more.
    pub has_more: bool,
    /// The other members' receipts, on the last page, in conversations of up to 256 members.
    pub receipts: Vec<Receipt>,
    /// The numbers of what the person deleted for themself, on the last page.
    pub hidden: Vec<u64>,
    /// The numbers of what they starred, on the last page.
    pub starred: Vec<u64>,
    /// Whether the position was of no use, so that this begins anew.
    pub resync: bool,
}

/// Head and state of one member.
struct Desk {
    head: Head,
    state: State,
}

/// The events of a page, as many as fit.
struct Told {
    events: Vec<Event>,
    /// The change up to which they go, if not all fit.
    until: Option<u64>,
}

impl Desk {
    /// The first number that the member may see.
    fn floor(&self) -> u64 {
        self.state.first_seq.max(self.state.cleared_seq + 1)
    }

    /// Whether a client with this position holds what the member may not see, or lacks what nobody can send.
    fn is_outside(&self, position: LogPosition) -> bool {
        let beyond = position.seq > self.head.seq || position.rev > self.head.rev;
        // Who was a member before holds messages up to there, and then comes a hole.
        beyond || (position.seq > 0 && position.seq + 1 < self.state.first_seq)
    }

    /// Where to read on from a position: what was before the member's time or is cleared is not walked through.
    fn start(&self, position: LogPosition) -> LogPosition {
        LogPosition { seq: position.seq.max(self.floor() - 1), rev: position.rev.max(self.state.first_rev) }
    }
}

impl Store {
    /// What a member missed: messages and changes after a position, as events.
    ///
    /// Strongly consistent. Two reads one after the other: head, state, messages and changes at once; then what the
    /// changes point at. One more where the position lies before the member's time, and one for members who deleted
    /// messages for themself; one or two for the extras of the last page. Units: one per row that is told and 4 KB, and
    /// two. `NotFound` for who is no member.
    pub async fn message_sync(
        &self,
        user: &UserId,
        conversation: &ConversationId,
        query: &LogQuery,
        now: Timestamp,
    ) -> Result<LogSlice, Error> {
        let LogQuery { after: position, limit, extras } = query;
        let (position, limit) = (*position, *limit);
        let (desk, log) =
            try_join(self.desk(user, conversation), self.log(conversation, position, limit)).await?;
        let resync = desk.is_outside(position);
        let from = desk.start(if resync { LogPosition { seq: 0, rev: 0 } } else { position });
        let (log, hidden) = if from == position {
            (log, self.hidden_list(&desk.state, &desk.head).await?)
        } else {
            try_join(self.log(conversation, from, limit), self.hidden_list(&desk.state, &desk.head)).await?
        };
        let mut page = Page::cut(log, from, limit);
        let (told, receipts, starred) = try_join3(
            self.events(&desk, &page, &hidden, now),
            self.receipts_of(&desk, page.wants(extras, Extra::Receipts)),
            self.starred_of(&desk, page.wants(extras, Extra::Starred)),
        )
        .await?;
        if let Some(rev) = told.until {
            // The extras are the last page's, and this is none any more.
            page.end_at(rev);
            return Ok(LogSlice {
                events: told.events,
                position: page.position,
                has_more: page.has_more,
                receipts: Vec::new(),
                hidden: Vec::new(),
                starred: Vec::new(),
                resync,
            });
        }
        Ok(LogSlice {
            events: told.events,
            position: page.position,
            has_more: page.has_more,
            receipts,
            hidden: if page.wants(extras, Extra::Hidden).is_some() {
                hidden.into_iter().collect()
            } else {
                Vec::new()
            },
            starred,
            resync,
        })
    }

    async fn desk(&self, user: &UserId, conversation: &ConversationId) -> Result<Desk, Error> {
        let (head, state) = (keys::head(conversation), keys::state(user, conversation));
        let mut items = self.batch(&[head.clone(), state.clone()], true).await?;
        let state = take(&mut items, &state)?.ok_or_else(Error::not_found)?;
        Ok(Desk { head: take(&mut items, &head)?.ok_or_else(|| headless(conversation))?, state })
    }

    async fn log(
        &self,
        conversation: &ConversationId,
        after: LogPosition,
        limit: usize,
    ) -> Result<Log, Error> {
        let (from, to) =
            (keys::change(conversation, after.rev + 1), keys::change(conversation, keys::MAX_NUMBER));
        let changes = Range::between(from.pk, from.sk, to.sk).limit(limit + 1);
        let (messages, changes) =
            try_join(self.messages_up(conversation, Some((after.seq + 1, limit + 1))), self.range(changes))
                .await?;
        let changes = changes.rows.into_iter().map(row::decode).collect::<Result<_, _>>()?;
        Ok(Log { messages, changes })
    }

    /// The events of a page. What the changes point at is read after the changes, so it is never older than they are.
    async fn events(
        &self,
        desk: &Desk,
        page: &Page,
        hidden: &BTreeSet<u64>,
        now: Timestamp,
    ) -> Result<Told, Error> {
        let conversation = &desk.head.id;
        let sees = |seq: u64| desk.state.sees(seq) && !hidden.contains(&seq);
        let told: Vec<&Change> = page
            .changes
            .iter()
            .filter(|change| !matches!(change.target, ChangeTarget::Message { seq } if !sees(seq)))
            .collect();
        let wanted: Vec<Key> = told.iter().flat_map(|change| target_keys(conversation, change)).collect();
        let items = self.batch(&wanted, true).await?;
        let sent = page.messages.iter().filter(|message| sees(message.seq));
        let mut events: Vec<Event> =
            sent.map(|message| Event::message_sent(message.clone().at(now))).collect();
        let mut weight: usize = page.messages.iter().map(weight::of).sum();
        let mut until = page.from.rev;
        for change in told {
            let Some(event) = changed(conversation, change, &items, now)? else { continue };
            weight += event.message.as_ref().map_or(weight::FRAME, weight::of);
            if weight > PAGE_WEIGHT && !events.is_empty() {
                return Ok(Told { events, until: Some(until) });
            }
            until = change.rev;
            events.push(event);
        }
        Ok(Told { events, until: None })
    }

    async fn receipts_of(&self, desk: &Desk, wanted: Option<()>) -> Result<Vec<Receipt>, Error> {
        if wanted.is_none() || desk.head.member_count > MAX_NAMED_RECEIPTS {
            return Ok(Vec::new());
        }
        let others = self.others(&desk.head.id, Some(&desk.state.user_id));
        let (others, telling) = try_join(others, self.telling(&desk.head)).await?;
        Ok(others.iter().map(|state| state.receipt(telling)).collect())
    }

    async fn starred_of(&self, desk: &Desk, wanted: Option<()>) -> Result<Vec<u64>, Error> {
        if wanted.is_none() {
            return Ok(Vec::new());
        }
        let (user, conversation) = (&desk.state.user_id, &desk.head.id);
        let from = keys::star(user, conversation, desk.floor());
        let to = keys::star(user, conversation, keys::MAX_NUMBER);
        let rows = self.range(Range::between(from.pk, from.sk, to.sk)).await?.rows;
        Ok(rows.iter().filter_map(|item| keys::number_of(row::text(item, keys::SK))).collect())
    }
}

/// Where to read what a change points at.
fn target_keys(conversation: &ConversationId, change: &Change) -> Vec<Key> {
    match &change.target {
        ChangeTarget::Message { seq } => vec![keys::message(conversation, *seq)],
        ChangeTarget::Member { user_id } => vec![keys::member(conversation, user_id)],
        ChangeTarget::Conversation => vec![keys::head(conversation), keys::info(conversation)],
    }
}

/// The event of a change; none for the role of somebody who left since, as the notice of that tells more.
fn changed(
    conversation: &ConversationId,
    change: &Change,
    items: &HashMap<Key, Item>,
    now: Timestamp,
) -> Result<Option<Event>, Error> {
    let revision = Revision {
        conversation_id: conversation.clone(),
        rev: change.rev,
        actor_id: change.actor_id.clone(),
        at: change.at,
    };
    Ok(match &change.target {
        ChangeTarget::Message { seq } => {
            let message: Option<Message> = read(items, &keys::message(conversation, *seq))?;
            message.map(|message| Event::message_changed(revision, message.at(now)))
        }
        ChangeTarget::Member { user_id } => {
            let member: Option<MemberRow> = read(items, &keys::member(conversation, user_id))?;
            member.map(|member| Event::member_changed(revision, member.member()))
        }
        ChangeTarget::Conversation => {
            let head: Option<Head> = read(items, &keys::head(conversation))?;
            let info: Option<Info> = read(items, &keys::info(conversation))?;
            let mut told = head.ok_or_else(|| headless(conversation))?.conversation();
            told.description = info.map(|info| info.description);
            Some(Event::conversation_changed(revision, told))
        }
    })
}

fn read<R: crate::row::Row>(items: &HashMap<Key, Item>, key: &Key) -> Result<Option<R>, Error> {
    items.get(key).cloned().map(row::decode).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversations::head::tests::{head, state};

    fn desk(seq: u64, rev: u64, first_seq: u64) -> Desk {
        Desk { head: Head { seq, rev, ..head() }, state: State { first_seq, ..state() } }
    }

    fn at(seq: u64, rev: u64) -> LogPosition {
        LogPosition { seq, rev }
    }

    #[test]
    fn a_position_beyond_the_end_or_before_ones_time_begins_anew() {
        let desk = desk(9, 4, 5);
        assert!(!desk.is_outside(at(9, 4)) && !desk.is_outside(at(4, 0)) && !desk.is_outside(at(0, 2)));
        assert!(desk.is_outside(at(10, 4)) && desk.is_outside(at(9, 5)) && desk.is_outside(at(3, 0)));
    }

    #[test]
    fn who_joins_late_begins_late() {
        let late =
            Desk { state: State { first_rev: 3, cleared_seq: 6, ..desk(9, 4, 5).state }, ..desk(9, 4, 5) };
        assert_eq!(late.start(at(0, 0)), at(6, 3));
        assert_eq!(late.start(at(8, 4)), at(8, 4));
        assert_eq!(desk(9, 4, 1).start(at(0, 0)), at(0, 0));
    }
}

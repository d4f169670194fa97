//! The way through the messages of one or many conversations, newest first.
//!
//! It knows what has to be read next, and gives out what was found once nothing newer can come. It reads nothing itself.

use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};

use domain::id::ConversationId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::block::{Entry, block_of, first_of};
use crate::filter::Filter;

/// How far the clocks of two writers may be apart: within one conversation, times follow numbers to this much.
const SKEW: SignedDuration = SignedDuration::from_mins(10);

/// A conversation to look through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Which.
    pub conversation: ConversationId,
    /// The first number that may be found.
    pub floor: u64,
    /// The last.
    pub top: u64,
    /// A moment after which nothing was sent.
    pub latest: Timestamp,
}

/// A block that has to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// In which conversation.
    pub conversation: ConversationId,
    /// Which.
    pub block: u64,
}

/// A message that was found, if it is still what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// In which conversation.
    pub conversation: ConversationId,
    /// Its number.
    pub seq: u64,
}

/// How far a walk has come. For a thousand conversations it has about 27,000 characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The second by which everything that is still to be found was sent.
    by: Option<i64>,
    /// The number up to which a conversation is still to be looked through, where that is not its last; by the
    /// beginning of its id, which is a hash.
    up_to: BTreeMap<String, u64>,
}

/// What stands for a conversation in a position.
fn short(conversation: &ConversationId) -> String {
    conversation.as_str().chars().take(18).collect()
}

/// A conversation on the way.
#[derive(Debug)]
struct Path {
    source: Source,
    /// The last number that was not read yet.
    next: u64,
    /// Nothing that was not read yet is newer.
    bound: Timestamp,
    /// What was found and not given out, newest first, with its time; times do not rise.
    found: VecDeque<(Timestamp, u64)>,
}

impl Path {
    fn is_read(&self) -> bool {
        self.next < self.source.floor
    }

    fn is_over(&self) -> bool {
        self.is_read() && self.found.is_empty()
    }

    /// When the first of what was found here was sent.
    fn found_at(&self) -> Option<Timestamp> {
        self.found.front().map(|(at, _)| *at)
    }

    /// The last number that was not given out or passed by.
    fn position(&self) -> u64 {
        self.found.front().map_or(self.next, |(_, seq)| *seq)
    }
}

/// The way through messages, newest first.
#[derive(Debug)]
pub struct Walk<'a> {
    filter: &'a Filter,
    paths: BTreeMap<ConversationId, Path>,
}

impl<'a> Walk<'a> {
    /// A walk from a position on.
    pub fn new(filter: &'a Filter, sources: Vec<Source>, from: &Position) -> Self {
        let by = from.by.and_then(|second| Timestamp::from_second(second).ok());
        let path = |source: Source| {
            let next =
                from.up_to.get(&short(&source.conversation)).map_or(source.top, |seq| source.top.min(*seq));
            let bound = by.map_or(source.latest, |by| source.latest.min(by));
            (source.conversation.clone(), Path { next, bound, found: VecDeque::new(), source })
        };
        Walk { filter, paths: sources.into_iter().map(path).collect() }
    }

    /// The blocks to read next, at most so many; each conversation's in the order in which they have to be given to
    /// [`Walk::read`]. None if everything is read or something can be given out at once.
    pub fn wanted(&self, most: usize) -> Vec<Place> {
        let newest = self.newest().and_then(Path::found_at);
        let in_the_way = |path: &&Path| !path.is_read() && newest.is_none_or(|at| path.bound > at);
        let mut paths: Vec<&Path> = self.paths.values().filter(in_the_way).collect();
        paths.sort_by_key(|path| Reverse(path.bound));
        paths.truncate(most);
        let each = if paths.is_empty() { 0 } else { most / paths.len() };
        let places = paths.into_iter().flat_map(|path| {
            let (last, first) = (block_of(path.next), block_of(path.source.floor));
            let conversation = &path.source.conversation;
            let blocks = (first..=last).rev().take(each);
            blocks.map(|block| Place { conversation: conversation.clone(), block })
        });
        places.collect()
    }

    /// Takes in the messages of a block that was wanted, in any order.
    pub fn read(&mut self, place: &Place, mut entries: Vec<Entry>) {
        let Some(path) = self.paths.get_mut(&place.conversation) else { return };
        if path.is_read() || block_of(path.next) != place.block {
            return;
        }
        entries.sort_unstable_by_key(|entry| Reverse(entry.seq));
        let mut newest = None;
        for Entry { seq, document } in entries.iter().filter(|entry| entry.seq <= path.next) {
            newest = newest.max(Some(document.at));
            // Of two that were sent at once by clocks that differ, the order of their numbers holds.
            path.bound = path.bound.min(document.at);
            if *seq >= path.source.floor && self.filter.meets(document) {
                path.found.push_back((path.bound, *seq));
            }
        }
        path.next = first_of(place.block) - 1;
        let since = self.filter.since().and_then(|since| since.checked_sub(SKEW).ok());
        if newest.zip(since).is_some_and(|(newest, since)| newest < since) {
            path.next = 0;
        }
    }

    /// What is found next, at most so many, newest first; none if something has to be read before, or if it is over.
    pub fn ready(&mut self, most: usize) -> Vec<Candidate> {
        let mut ready = Vec::new();
        while ready.len() < most {
            let Some(path) = self.newest() else { break };
            let Some(at) = path.found_at() else { break };
            if self.paths.values().any(|other| !other.is_read() && other.bound > at) {
                break;
            }
            let conversation = path.source.conversation.clone();
            let found = self.paths.get_mut(&conversation).and_then(|path| path.found.pop_front());
            ready.extend(found.map(|(_, seq)| Candidate { conversation, seq }));
        }
        ready
    }

    /// From where to go on, if it is not over.
    pub fn position(&self) -> Option<Position> {
        let left = self.paths.values().filter(|path| !path.is_over());
        let by = left.map(|path| path.found_at().unwrap_or(path.bound)).max()?;
        let begun = self.paths.values().filter(|path| path.position() != path.source.top);
        let up_to = begun.map(|path| (short(&path.source.conversation), path.position())).collect();
        Some(Position { by: Some(by.as_second().saturating_add(1)), up_to })
    }

    /// The conversation of what was found last in time.
    fn newest(&self) -> Option<&Path> {
        let found = self.paths.values().filter(|path| !path.found.is_empty());
        found.max_by_key(|path| path.found_at())
    }
}

#[cfg(test)]
mod tests {
    use domain::account::TimeZone;
    use domain::message::Message;
    use proptest::prelude::*;

    use super::*;
    use crate::document::Document;
    use crate::document::tests::{message, user};
    use crate::query::Query;

    fn conversation(number: u32) -> ConversationId {
        ConversationId::direct(&user(1), &user(number))
    }

    fn filter(query: &str) -> Filter {
        Filter::new(&Query::parse(query).unwrap(), &user(1), &TimeZone::default())
    }

    /// Conversations by their messages, oldest first.
    type Log = BTreeMap<ConversationId, Vec<Message>>;

    fn sources(log: &Log) -> Vec<Source> {
        let source = |(conversation, messages): (&ConversationId, &Vec<Message>)| Source {
            conversation: conversation.clone(),
            floor: 1,
            top: messages.len() as u64,
            latest: messages.iter().map(|message| message.created_at).max().unwrap_or(Timestamp::MIN),
        };
        log.iter().map(source).collect()
    }

    fn entries(log: &Log, place: &Place) -> Vec<Entry> {
        let of_block = log[&place.conversation].iter().filter(|message| block_of(message.seq) == place.block);
        of_block.filter_map(|one| Some(Entry { seq: one.seq, document: Document::of(one)? })).collect()
    }

    /// What is found, page by page, and how many blocks were read for it.
    fn found(log: &Log, filter: &Filter, limit: usize, wave: usize) -> (Vec<(ConversationId, u64)>, usize) {
        let (mut all, mut reads, mut position) = (Vec::new(), 0, Position::default());
        loop {
            let mut walk = Walk::new(filter, sources(log), &position);
            let mut page = Vec::new();
            loop {
                page.extend(walk.ready(limit - page.len()));
                let wanted = if page.len() < limit { walk.wanted(wave) } else { Vec::new() };
                reads += wanted.len();
                for place in &wanted {
                    walk.read(place, entries(log, place));
                }
                if wanted.is_empty() {
                    break;
                }
            }
            all.extend(page.into_iter().map(|one| (one.conversation, one.seq)));
            match walk.position() {
                Some(next) => position = next,
                None => return (all, reads),
            }
        }
    }

    fn log(texts: &[Vec<(u64, &str)>]) -> Log {
        let of = |(number, texts): (u32, &Vec<(u64, &str)>)| {
            let message = |(seq, (second, text)): (u64, &(u64, &str))| Message {
                created_at: Timestamp::from_second(i64::try_from(*second).unwrap()).unwrap(),
                ..message(seq, text)
            };
            (conversation(number), (1..).zip(texts).map(message).collect())
        };
        (2..).zip(texts).map(of).collect()
    }

    #[test]
    fn what_was_sent_last_is_found_first() {
        let log = log(&[vec![(1, "a"), (5, "a"), (6, "b")], vec![(2, "a"), (9, "a")], vec![]]);
        let (one, two) = (conversation(2), conversation(3));
        let all = [(two.clone(), 2), (one.clone(), 2), (two, 1), (one, 1)];
        for limit in 1..=5 {
            assert_eq!(found(&log, &filter("a"), limit, 4).0, all);
        }
    }

    #[test]
    fn common_words_are_found_without_reading_on() {
        let texts: Vec<_> = (1..=10_000).map(|second| (second, "a")).collect();
        let log = log(&[texts]);
        let filter = filter("a");
        let mut walk = Walk::new(&filter, sources(&log), &Position::default());
        let wanted = walk.wanted(4);
        assert_eq!(wanted.iter().map(|place| place.block).collect::<Vec<_>>(), [78, 77, 76, 75]);
        for place in &wanted {
            walk.read(place, entries(&log, place));
        }
        assert_eq!(walk.ready(25).len(), 25);
        assert_eq!(walk.wanted(4), [], "there is something to give out");
        assert_eq!(
            walk.position(),
            Some(Position { by: Some(9_976), up_to: BTreeMap::from([(short(&conversation(2)), 9_975)]) })
        );
    }

    #[test]
    fn nothing_is_read_that_is_too_old() {
        let day = 86_400;
        let texts: Vec<_> = (1..=1_280).map(|number| (number * day / 10, "a")).collect();
        let log = log(&[texts]);
        let (found, reads) = found(&log, &filter("a after:1970-05-01"), 1_000, 1);
        assert_eq!(found.len() as u64, 1_280 - 1_210 + 1);
        assert_eq!(reads, 2);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_found_is_what_there_is(
            texts in prop::collection::vec(prop::collection::vec((0..400_u64, "[ab]"), 0..300), 1..4),
            limit in 1..40_usize, wave in 1..5_usize, hours_apart in any::<bool>(),
        ) {
            // In each conversation times follow the numbers, but for clocks that differ.
            let times = |texts: &Vec<(u64, String)>| {
                let mut times: Vec<u64> = texts.iter().map(|(at, _)| *at).collect();
                if hours_apart { times.sort_unstable(); }
                texts.iter().zip(times).map(|((_, text), at)| (at, text.clone())).collect::<Vec<_>>()
            };
            let texts: Vec<Vec<(u64, String)>> = texts.iter().map(times).collect();
            let texts: Vec<Vec<(u64, &str)>> =
                texts.iter().map(|all| all.iter().map(|(at, text)| (*at, text.as_str())).collect()).collect();
            let log = log(&texts);
            let (found, _) = found(&log, &filter("a"), limit, wave);
            let mut expected: Vec<_> = log.iter().flat_map(|(conversation, messages)| {
                messages.iter().filter(|one| one.text.as_deref() == Some("a")).map(|one| (conversation.clone(), one.seq))
            }).collect();
            let mut sorted = found.clone();
            sorted.sort();
            expected.sort();
            prop_assert!(sorted == expected, "each once");
            for conversation in log.keys() {
                let seqs: Vec<u64> = found.iter().filter(|(of, _)| of == conversation).map(|(_, seq)| *seq).collect();
                prop_assert!(seqs.is_sorted_by(|one, next| one > next), "newest first");
            }
            if hours_apart {
                let at = |(of, seq): &(ConversationId, u64)| log[of][usize::try_from(*seq - 1).unwrap()].created_at;
                prop_assert!(found.is_sorted_by(|one, next| at(one) >= at(next)), "across conversations too");
            }
        }
    }
}

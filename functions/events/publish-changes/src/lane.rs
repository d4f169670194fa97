//! What has to keep its order, and what has not.

use std::collections::BTreeMap;

use data::events::News;

use crate::publication::MAX_EVENTS;

/// Which record of the batch some news came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Origin(pub(crate) usize);

/// News of one conversation or of one account, in their order.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Lane {
    /// The id of the conversation or account.
    pub(crate) name: String,
    /// Where each of the news came from.
    pub(crate) origins: Vec<Origin>,
    /// The news.
    pub(crate) news: Vec<News>,
}

/// News that are told with one look at the roster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Run<'a> {
    /// At which of the lane's news it begins.
    pub(crate) begin: usize,
    /// The news.
    pub(crate) news: &'a [News],
}

impl Lane {
    /// The news in runs: what is for members apart from what is for one person, and never more than one call holds.
    /// So the roster is read right before those in it are told, and whoever was removed meanwhile is not.
    pub(crate) fn runs(&self) -> impl Iterator<Item = Run<'_>> {
        let mut next = 0;
        let runs = self.news.chunk_by(|one, next| one.is_for_members() == next.is_for_members());
        runs.flat_map(|run| run.chunks(MAX_EVENTS)).map(move |news| {
            let begin = next;
            next += news.len();
            Run { begin, news }
        })
    }

    /// The first of the records from which the news came that stand at a place or behind it.
    pub(crate) fn first_from(&self, place: usize) -> Option<Origin> {
        self.origins.get(place..)?.iter().min().copied()
    }

    /// Puts messages that follow each other in the order of their numbers: of what one transaction wrote to different
    /// rows, the stream keeps no order.
    fn sort_messages(&mut self) {
        let mut begin = 0;
        let stretches = self.news.chunk_by(|one, next| number(one).is_some() && number(next).is_some());
        let lengths: Vec<_> = stretches.map(<[News]>::len).collect();
        for length in lengths {
            let stretch = begin..begin + length;
            begin += length;
            let (Some(news), Some(origins)) =
                (self.news.get_mut(stretch.clone()), self.origins.get_mut(stretch))
            else {
                continue;
            };
            let mut both: Vec<_> = origins.iter().copied().zip(news.iter().cloned()).collect();
            both.sort_by_key(|(_, news)| number(news));
            for ((origin, news), place) in both.into_iter().zip(origins.iter_mut().zip(news)) {
                (*place.0, *place.1) = (origin, news);
            }
        }
    }
}

/// The number of a message that was sent; none for other news.
fn number(news: &News) -> Option<u64> {
    match news {
        News::MessageSent(message) => Some(message.seq),
        _ => None,
    }
}

/// Parts news by what they are about.
pub(crate) fn lanes(news: Vec<(Origin, News)>) -> Vec<Lane> {
    let mut lanes: BTreeMap<String, Lane> = BTreeMap::new();
    for (origin, news) in news {
        let conversation = news.conversation().map(ToString::to_string);
        let name = conversation.or_else(|| news.account().map(ToString::to_string)).unwrap_or_default();
        let lane = lanes.entry(name.clone()).or_insert_with(|| Lane { name, ..Lane::default() });
        lane.origins.push(origin);
        lane.news.push(news);
    }
    let mut lanes: Vec<_> = lanes.into_values().collect();
    lanes.iter_mut().for_each(Lane::sort_messages);
    lanes
}

#[cfg(test)]
mod tests {
    use data::account::BlockRow;
    use data::messages::row::{Change, ChangeTarget};
    use domain::id::{ConversationId, UserId};
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;

    fn blocked(by: char, second: i64) -> News {
        let user = |last| UserId::parse(format!("00000000-0000-4000-8000-00000000000{last}")).unwrap();
        let created_at = Timestamp::from_second(second).unwrap();
        News::Blocked(BlockRow { owner_id: user(by), user_id: user('f'), created_at })
    }

    fn change(rev: u64) -> News {
        let user = UserId::parse("00000000-0000-4000-8000-00000000000a").unwrap();
        News::Revised(Change {
            conversation_id: ConversationId::direct(&user, &user),
            rev,
            target: ChangeTarget::Conversation,
            actor_id: user,
            at: Timestamp::UNIX_EPOCH,
            before: None,
            reworded: false,
        })
    }

    #[test]
    fn a_run_is_for_members_or_for_one_person_and_fits_into_a_call() {
        let mut news = vec![change(1), change(2), blocked('a', 1)];
        news.extend((0..=MAX_EVENTS as u64).map(change));
        let lane = Lane { name: String::new(), origins: (0..news.len()).map(Origin).collect(), news };
        let runs: Vec<_> = lane.runs().map(|run| (run.begin, run.news.len())).collect();
        assert_eq!(runs, [(0, 2), (2, 1), (3, MAX_EVENTS), (3 + MAX_EVENTS, 1)]);
    }

    #[test]
    fn each_account_has_a_lane_in_its_order() {
        let news = [blocked('b', 1), blocked('a', 2), blocked('b', 3)];
        let lanes = lanes(news.iter().cloned().enumerate().map(|(at, news)| (Origin(at), news)).collect());
        let origins: Vec<_> = lanes.iter().map(|lane| lane.origins.clone()).collect();
        assert_eq!(origins, [vec![Origin(1)], vec![Origin(0), Origin(2)]]);
        assert_eq!(lanes[1].news, [blocked('b', 1), blocked('b', 3)]);
    }

    fn sent(seq: u64) -> News {
        let user = UserId::parse("00000000-0000-4000-8000-00000000000a").unwrap();
        let conversation = ConversationId::direct(&user, &user);
        let message = json!({"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "conversationId": conversation, "seq": seq, "rev": 0,
            "senderId": user, "kind": "TEXT", "mentions": [], "forwardCount": 0,
            "createdAt": Timestamp::UNIX_EPOCH, "reactions": []});
        News::MessageSent(serde_json::from_value(message).unwrap())
    }

    #[test]
    fn messages_that_follow_each_other_are_told_by_number() {
        let news = [sent(3), sent(1), sent(2), change(1), sent(5), sent(4)];
        let all = news.into_iter().enumerate().map(|(at, news)| (Origin(at), news)).collect();
        let lane = lanes(all).remove(0);
        assert_eq!(lane.news, [sent(1), sent(2), sent(3), change(1), sent(4), sent(5)]);
        assert_eq!(lane.origins, [1, 2, 0, 3, 5, 4].map(Origin));
        // Whatever was not told yet is told again.
        assert_eq!(lane.first_from(1), Some(Origin(0)));
        assert_eq!(lane.first_from(4), Some(Origin(4)));
    }
}

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
    /// Where each of the news came from.
    pub(crate) origins: &'a [Origin],
    /// The news.
    pub(crate) news: &'a [News],
}

impl Lane {
    /// The news in runs: what is for members apart from what is for one person, and never more than one call holds.
    /// So the roster is read right before those in it are told, and whoever was removed meanwhile is not.
    pub(crate) fn runs(&self) -> impl Iterator<Item = Run<'_>> {
        let mut begin = 0;
        let runs = self.news.chunk_by(|one, next| one.is_for_members() == next.is_for_members());
        runs.flat_map(|run| run.chunks(MAX_EVENTS)).map(move |news| {
            let origins = self.origins.get(begin..begin + news.len()).unwrap_or_default();
            begin += news.len();
            Run { origins, news }
        })
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
    lanes.into_values().collect()
}

#[cfg(test)]
mod tests {
    use data::account::BlockRow;
    use data::messages::row::{Change, ChangeTarget};
    use domain::id::{ConversationId, UserId};
    use jiff::Timestamp;

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
        })
    }

    #[test]
    fn a_run_is_for_members_or_for_one_person_and_fits_into_a_call() {
        let mut news = vec![change(1), change(2), blocked('a', 1)];
        news.extend((0..=MAX_EVENTS as u64).map(change));
        let lane = Lane { name: String::new(), origins: (0..news.len()).map(Origin).collect(), news };
        let runs: Vec<_> = lane.runs().map(|run| (run.origins[0], run.news.len())).collect();
        let last = Origin(3 + MAX_EVENTS);
        assert_eq!(runs, [(Origin(0), 2), (Origin(2), 1), (Origin(3), MAX_EVENTS), (last, 1)]);
    }

    #[test]
    fn each_account_has_a_lane_in_its_order() {
        let news = [blocked('b', 1), blocked('a', 2), blocked('b', 3)];
        let lanes = lanes(news.iter().cloned().enumerate().map(|(at, news)| (Origin(at), news)).collect());
        let origins: Vec<_> = lanes.iter().map(|lane| lane.origins.clone()).collect();
        assert_eq!(origins, [vec![Origin(1)], vec![Origin(0), Origin(2)]]);
        assert_eq!(lanes[1].news, [blocked('b', 1), blocked('b', 3)]);
    }
}

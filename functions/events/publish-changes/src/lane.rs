//! What has to keep its order, and what has not.

use std::collections::BTreeMap;

use data::events::News;

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
    use domain::id::UserId;
    use jiff::Timestamp;

    use super::*;

    fn blocked(by: char, second: i64) -> News {
        let user = |last| UserId::parse(format!("00000000-0000-4000-8000-00000000000{last}")).unwrap();
        let created_at = Timestamp::from_second(second).unwrap();
        News::Blocked(BlockRow { owner_id: user(by), user_id: user('f'), created_at })
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

//! A time of talking, and what came of it.

use futures::future::{join, join_all};
use jiff::Timestamp;
use serde_json::Value;

use super::app::App;
use super::group::Group;
use crate::reliability::checker::{History, Right};

/// How many times the rounds go on for a fault that is slow to strike. By then chance is no excuse.
const PATIENCE: usize = 20;

/// Who talks for how long.
#[derive(Default)]
pub(super) struct Run {
    pub(super) members: usize,
    pub(super) rounds: usize,
    /// A plan of faults, in force while people talk.
    pub(super) faults: Option<Value>,
    /// The faults that have to strike: people talk on until each of them did.
    pub(super) awaited: &'static [&'static str],
}

/// What came of a run.
pub(super) struct Outcome {
    pub(super) history: History,
    /// How often each message was sent until it was acknowledged.
    pub(super) tries: Vec<usize>,
    /// How many connections broke.
    pub(super) drops: usize,
    /// The times of the messages, in their order.
    pub(super) times: Vec<Timestamp>,
    pub(super) letters: Value,
}

impl Run {
    pub(super) async fn happens(self) -> Outcome {
        let group = Group::gather(self.members).await;
        let mut apps = group.apps().await;
        if let Some(plan) = &self.faults {
            group.world.suffers(plan.clone()).await;
        }
        let (mut sent, mut drops) = (Vec::new(), 0);
        for round in 0.. {
            if round >= self.rounds && self.missing(&group, round).await.is_none() {
                break;
            }
            // A third of the connections break while messages are on their way.
            let broken =
                apps.iter_mut().enumerate().filter(|(index, _)| (index * 7 + round).is_multiple_of(3));
            let broken: Vec<_> = broken.map(|(_, app)| app).collect();
            drops += broken.len();
            let breaking = join_all(broken.into_iter().map(|app| app.reconnects(&group.talk)));
            let removing = async {
                if round == self.rounds / 2 {
                    group.removes_the_last().await;
                }
            };
            sent.extend(join(group.talks(round), join(breaking, removing)).await.0);
            join_all(apps.iter_mut().map(App::hears_what_came)).await;
        }
        group.world.settles().await;
        group.world.recovers().await;
        join_all(apps.iter_mut().map(App::hears_what_came)).await;

        let log = group.log().await;
        let removal = log.iter().find(|event| event["message"]["notice"]["type"] == "MEMBER_REMOVED");
        let removal = removal.and_then(|event| event["seq"].as_u64()).expect("the removal is in the history");
        let removed = apps.last_mut().expect("people");
        if let Right::From(first) = removed.right {
            removed.right = Right::Between(first, removal);
        }
        let (acknowledged, tries) = sent.into_iter().map(|sent| (sent.acknowledged, sent.tries)).unzip();
        Outcome {
            history: History { acknowledged, devices: apps.into_iter().map(App::device).collect() },
            tries,
            drops,
            times: log.iter().filter_map(|event| event["at"].as_str()?.parse().ok()).collect(),
            letters: group.world.look("dead-letters").await,
        }
    }

    /// A fault that has not struck yet.
    async fn missing(&self, group: &Group, round: usize) -> Option<&'static str> {
        if self.awaited.is_empty() {
            return None;
        }
        let struck = group.world.look("faults").await["struck"].take();
        let missing = self.awaited.iter().copied().find(|fault| struck[*fault].as_u64().unwrap_or(0) == 0)?;
        assert!(round < self.rounds * PATIENCE, "no {missing} in {struck} after {round} rounds");
        Some(missing)
    }
}

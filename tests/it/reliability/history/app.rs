//! A device as an app would have it.

use std::collections::BTreeSet;

use serde_json::Value;
use tests::{Ear, Person};

use super::persist;
use crate::reliability::checker::{Device, Right};

/// It listens first, then syncs, and takes in by its number what comes either way.
pub(super) struct App {
    pub(super) right: Right,
    person: Person,
    ear: Option<Ear>,
    /// How many events of this connection were taken in.
    heard: usize,
    known: BTreeSet<(u64, String)>,
    entries: Vec<(u64, String)>,
    live: Vec<Vec<u64>>,
}

impl App {
    pub(super) fn new(person: Person, right: Right) -> App {
        App {
            person,
            right,
            ear: None,
            heard: 0,
            known: BTreeSet::new(),
            entries: Vec::new(),
            live: Vec::new(),
        }
    }

    fn take(&mut self, event: &Value) -> Option<u64> {
        let (seq, id) = (event["seq"].as_u64()?, event["message"]["id"].as_str()?.to_owned());
        let is_new = event["type"] == "MESSAGE_SENT" && self.known.insert((seq, id.clone()));
        is_new.then(|| {
            self.entries.push((seq, id));
            seq
        })
    }

    pub(super) async fn hears_what_came(&mut self) {
        let Some(ear) = &mut self.ear else { return };
        ear.catches_up().await;
        let events = ear.events[self.heard..].to_vec();
        self.heard += events.len();
        for event in &events {
            let number = self.take(event);
            self.live.last_mut().expect("connected").extend(number);
        }
    }

    /// The connection breaks, with whatever was on its way, and the app comes back.
    pub(super) async fn reconnects(&mut self, talk: &str) {
        if let Some(ear) = self.ear.take() {
            ear.breaks();
        }
        self.ear = Some(self.person.listens().await);
        self.heard = 0;
        self.live.push(Vec::new());
        self.syncs(talk).await;
    }

    async fn syncs(&mut self, talk: &str) {
        let numbers: BTreeSet<u64> = self.entries.iter().map(|(seq, _)| *seq).collect();
        let first = numbers.first().copied().unwrap_or(1);
        let mut seq = (first..).take_while(|seq| numbers.contains(seq)).last().unwrap_or(0);
        loop {
            let page = persist(async || self.person.tries_to_sync(talk, seq, 0, 100).await).await.reply;
            if page.error_type() == Some("NotFound") {
                return;
            }
            let page = page.value();
            for event in page["events"].as_array().into_iter().flatten() {
                self.take(event);
            }
            seq = page["seq"].as_u64().expect("a position");
            if page["hasMore"] == false {
                return;
            }
        }
    }

    pub(super) fn device(self) -> Device {
        Device { name: self.person.name, right: self.right, entries: self.entries, live: self.live }
    }
}

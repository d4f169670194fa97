//! The people who talk.

use futures::future::join_all;
use serde_json::{Value, json};
use tests::chat::fresh;
use tests::{Person, World};

use super::app::App;
use super::persist;
use crate::reliability::checker::{Acknowledged, Right};

/// A group, and somebody who is not in it.
pub(super) struct Group {
    pub(super) world: World,
    pub(super) talk: String,
    people: Vec<Person>,
    stranger: Person,
}

/// A message that was acknowledged, and how often it was sent until then.
pub(super) struct Sent {
    pub(super) acknowledged: Acknowledged,
    pub(super) tries: usize,
}

impl Group {
    pub(super) async fn gather(members: usize) -> Group {
        let world = World::new().await;
        let [owner, stranger] = world.people(["owner", "stranger"]).await;
        let names: Vec<_> = (1..members).map(|number| format!("member{number}")).collect();
        let mut others = Vec::new();
        for chunk in names.chunks(8) {
            others.extend(join_all(chunk.iter().map(|name| world.person(name))).await);
        }
        let talk = owner.gathers("everybody", &others.iter().collect::<Vec<_>>()).await;
        let people = std::iter::once(owner).chain(others).collect();
        Group { world, talk, people, stranger }
    }

    /// A device for each of them, connected; that of the stranger first, that of who will be removed last.
    pub(super) async fn apps(&self) -> Vec<App> {
        let mut apps = vec![App::new(self.stranger.clone(), Right::Nothing)];
        for person in &self.people {
            let state = person.looks_at(&self.talk).await.value()["state"].clone();
            apps.push(App::new(person.clone(), Right::From(state["firstSeq"].as_u64().expect("a number"))));
        }
        for chunk in apps.chunks_mut(8) {
            join_all(chunk.iter_mut().map(|app| app.reconnects(&self.talk))).await;
        }
        apps
    }

    /// One message of every third person, at once.
    pub(super) async fn talks(&self, round: usize) -> Vec<Sent> {
        let senders = self.people.iter().enumerate().filter(|(index, _)| (index + round).is_multiple_of(3));
        let sends = senders.map(|(_, person)| async move {
            let (id, text) = (fresh(), round.to_string());
            let persisted = persist(async || person.sends_as(&id, &self.talk, &text).await).await;
            if persisted.reply.error_type() == Some("NotFound") {
                return None;
            }
            let acknowledged = Acknowledged {
                sender: person.name.clone(),
                id: persisted.reply.value()["id"].as_str()?.to_owned(),
            };
            Some(Sent { acknowledged, tries: persisted.tries })
        });
        join_all(sends).await.into_iter().flatten().collect()
    }

    /// The last of the people is removed, while others talk.
    pub(super) async fn removes_the_last(&self) {
        let input = json!({ "conversationId": self.talk, "userId": self.people.last().expect("people").id });
        let remove = async || self.people[0].does("removeMember", input.clone(), "{ id }").await;
        persist(remove).await.reply.value();
    }

    /// Everything that was told to the group, in its order.
    pub(super) async fn log(&self) -> Vec<Value> {
        let (mut log, mut after) = (Vec::new(), 0);
        loop {
            let page = self.people[0].syncs(&self.talk, after, 0, 100).await;
            log.extend(page["events"].as_array().cloned().unwrap_or_default());
            if page["hasMore"] == false {
                return log;
            }
            after = page["seq"].as_u64().expect("a position");
        }
    }
}

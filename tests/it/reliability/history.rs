//! Many people in one group, with connections that break and, in one run, a bad day of DynamoDB.

use std::collections::BTreeSet;

use futures::future::{join, join_all};
use serde_json::{Value, json};
use tests::chat::fresh;
use tests::{Ear, Person, Reply, World};

use super::checker::{Acknowledged, Device, History, Right};
use super::scale;

/// How often a client tries before it gives up; nothing does in these tests.
const TRIES: usize = 40;

/// A device as an app would have it: it listens first, then syncs, and takes in by its number what comes either way.
struct App {
    person: Person,
    right: Right,
    ear: Option<Ear>,
    /// How many events of this connection were taken in.
    heard: usize,
    known: BTreeSet<(u64, String)>,
    entries: Vec<(u64, String)>,
    live: Vec<Vec<u64>>,
}

impl App {
    fn new(person: Person, right: Right) -> App {
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

    async fn hears_what_came(&mut self) {
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
    async fn reconnects(&mut self, talk: &str) {
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
            let page = until_it_passes(async || self.person.tries_to_sync(talk, seq, 0, 100).await).await;
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

    fn device(self) -> Device {
        Device { name: self.person.name, right: self.right, entries: self.entries, live: self.live }
    }
}

async fn until_it_passes(attempt: impl AsyncFn() -> Reply) -> Reply {
    for _ in 0..TRIES {
        let reply = attempt().await;
        if !reply.is_passing() && !ran_out_of_time(&reply) {
            return reply;
        }
    }
    panic!("{TRIES} tries in vain");
}

/// AppSync's words for a function that is ended by its time limit, as on a machine with too much to do. Whether it did
/// what it was asked to is not known, so that a client asks again.
fn ran_out_of_time(reply: &Reply) -> bool {
    let message = reply.errors.first().and_then(|error| error["message"].as_str());
    message.is_some_and(|message| message.starts_with("Task timed out after"))
}

struct Run {
    members: usize,
    rounds: usize,
    /// A plan of faults, in force while people talk.
    faults: Option<Value>,
}

struct Group {
    world: World,
    talk: String,
    people: Vec<Person>,
    stranger: Person,
}

impl Group {
    async fn gather(members: usize) -> Group {
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

    async fn apps(&self) -> Vec<App> {
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
    async fn talks(&self, round: usize) -> Vec<Acknowledged> {
        let senders = self.people.iter().enumerate().filter(|(index, _)| (index + round).is_multiple_of(3));
        let sends = senders.map(|(_, person)| async move {
            let id = fresh();
            let reply =
                until_it_passes(async || person.sends_as(&id, &self.talk, &round.to_string()).await).await;
            match reply.error_type() {
                Some("NotFound") => None,
                _ => reply.value()["id"].as_str().map(|id| (person.name.clone(), id.to_owned())),
            }
        });
        let sent = join_all(sends).await.into_iter().flatten();
        sent.map(|(sender, id)| Acknowledged { sender, id }).collect()
    }

    /// The last of the people is removed, while others talk.
    async fn removes_the_last(&self) {
        let input = json!({ "conversationId": self.talk, "userId": self.people.last().expect("people").id });
        let remove = async || self.people[0].does("removeMember", input.clone(), "{ id }").await;
        until_it_passes(remove).await.value();
    }

    /// The number of the removal.
    async fn removal(&self) -> u64 {
        let owner = &self.people[0];
        let mut after = 0;
        loop {
            let page = owner.syncs(&self.talk, after, 0, 100).await;
            let events = page["events"].as_array().cloned().unwrap_or_default();
            let removal = events.iter().find(|event| event["message"]["notice"]["type"] == "MEMBER_REMOVED");
            if let Some(removal) = removal {
                return removal["seq"].as_u64().expect("a number");
            }
            assert_eq!(page["hasMore"], true, "the removal is in the history");
            after = page["seq"].as_u64().expect("a position");
        }
    }
}

async fn run(setup: Run) -> (Value, Value) {
    let group = Group::gather(setup.members).await;
    let mut apps = group.apps().await;
    if let Some(plan) = setup.faults {
        group.world.suffers(plan).await;
    }
    let mut acknowledged = Vec::new();
    for round in 0..setup.rounds {
        // A third of the connections break while messages are on their way.
        let broken = apps.iter_mut().enumerate().filter(|(index, _)| (index * 7 + round).is_multiple_of(3));
        let breaking = join_all(broken.map(|(_, app)| app.reconnects(&group.talk)));
        let removing = async {
            if round == setup.rounds / 2 {
                group.removes_the_last().await;
            }
        };
        let (sent, _) = join(group.talks(round), join(breaking, removing)).await;
        acknowledged.extend(sent);
        join_all(apps.iter_mut().map(App::hears_what_came)).await;
    }
    group.world.settles().await;
    let struck = group.world.recovers().await;
    join_all(apps.iter_mut().map(App::hears_what_came)).await;
    let removal = group.removal().await;
    let removed = apps.last_mut().expect("people");
    if let Right::From(first) = removed.right {
        removed.right = Right::Between(first, removal);
    }
    let history = History { acknowledged, devices: apps.into_iter().map(App::device).collect() };
    assert!(history.acknowledged.len() > setup.rounds, "people talked");
    assert_eq!(history.violations(), []);
    (struck, group.world.look("dead-letters").await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_doubled_reordered_or_shown_to_others() {
    let (members, rounds) = scale((10, 12), (100, 60));
    run(Run { members, rounds, faults: None }).await;
}

/// Each call of a function to DynamoDB fails in one way or another with about five in a hundred.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_holds_on_a_bad_day() {
    let plan = json!({
        "seed": 7, "throttle": 0.01, "internalError": 0.005, "lostBefore": 0.01, "lostAfter": 0.015, "conflict": 0.02,
        "unprocessed": 0.02, "streamDuplicate": 0.05,
    });
    let (members, rounds) = scale((8, 12), (50, 60));
    let (struck, letters) = run(Run { members, rounds, faults: Some(plan) }).await;
    for fault in ["throttle", "lostAfter", "conflict"] {
        assert!(struck[fault].as_u64().unwrap_or(0) > 0, "no {fault} in {struck}");
    }
    assert_eq!(letters, json!([]), "everything was told in the end");
}

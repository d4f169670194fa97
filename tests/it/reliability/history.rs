//! Many people in one group, with connections that break: nothing lost, doubled or reordered.

use std::collections::BTreeMap;

use futures::future::join_all;
use serde_json::Value;
use tests::chat::fresh;
use tests::{Ear, Person, World};

/// A client as an app would write it: it listens first, then syncs, and applies what comes by its number.
struct Client {
    person: Person,
    ear: Option<Ear>,
    seen: usize,
    log: BTreeMap<u64, String>,
    doubled: usize,
}

impl Client {
    fn take(&mut self, event: &Value, live: bool) {
        let (Some(seq), Some(id)) = (event["seq"].as_u64(), event["message"]["id"].as_str()) else { return };
        match self.log.get(&seq) {
            Some(known) => assert_eq!(known, id, "two messages at number {seq}"),
            None => drop(self.log.insert(seq, id.to_owned())),
        }
        self.doubled += usize::from(live && event["type"] != "MESSAGE_SENT");
    }

    fn take_live(&mut self) {
        let events = self.ear.as_ref().map_or(Vec::new(), |ear| ear.events[self.seen..].to_vec());
        self.seen += events.len();
        for event in events.iter().filter(|event| event["type"] == "MESSAGE_SENT") {
            self.take(event, true);
        }
    }

    async fn reconnects(&mut self, talk: &str) {
        if let Some(ear) = self.ear.take() {
            ear.breaks();
        }
        self.ear = Some(self.person.listens().await);
        self.seen = 0;
        // What comes from here on is heard; what was before is synced.
        let mut seq = (1..).take_while(|number| self.log.contains_key(number)).count() as u64;
        loop {
            let page = self.person.syncs(talk, seq, 0, 100).await;
            let events = page["events"].as_array().cloned().unwrap_or_default();
            events
                .iter()
                .filter(|event| event["type"] == "MESSAGE_SENT")
                .for_each(|event| self.take(event, false));
            seq = page["seq"].as_u64().expect("a position");
            if page["hasMore"] == false {
                return;
            }
        }
    }
}

async fn sends_until_it_is_sent(person: &Person, talk: &str, text: &str) -> String {
    let id = fresh();
    for _ in 0..20 {
        let reply = person.sends_as(&id, talk, text).await;
        if !reply.is_passing() {
            reply.value();
            return id;
        }
    }
    panic!("twenty tries in vain");
}

async fn run(members: usize, rounds: usize) {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let names: Vec<_> = (1..members).map(|number| format!("member{number}")).collect();
    let mut people = Vec::new();
    for chunk in names.chunks(8) {
        people.extend(join_all(chunk.iter().map(|name| world.person(name))).await);
    }
    let others: Vec<_> = people.iter().collect();
    let talk = alice.gathers("everybody", &others).await;
    let client = |person: Person| Client { person, ear: None, seen: 0, log: BTreeMap::new(), doubled: 0 };
    let mut clients: Vec<_> = std::iter::once(alice).chain(people).map(client).collect();
    for chunk in clients.chunks_mut(8) {
        join_all(chunk.iter_mut().map(|client| client.reconnects(&talk))).await;
    }

    let mut sent: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for round in 0..rounds {
        let senders = clients.iter().enumerate().filter(|(index, _)| (index + round) % 5 == 0);
        let talk = &talk;
        let sends = senders.map(|(index, client)| async move {
            (index, sends_until_it_is_sent(&client.person, talk, &format!("{round}")).await)
        });
        for (index, id) in join_all(sends).await {
            sent.entry(index).or_default().push(id);
        }
        // Some connections break while messages are on their way.
        let broken = clients.iter_mut().enumerate().filter(|(index, _)| (index * 7 + round) % 6 == 0);
        for (_, client) in broken {
            client.reconnects(talk).await;
        }
    }
    world.settles().await;
    for client in &mut clients {
        client.ear.as_mut().expect("connected").catches_up().await;
        client.take_live();
    }

    let order = &clients[0].log;
    let acknowledged: usize = sent.values().map(Vec::len).sum();
    let first = *order.keys().next().expect("messages");
    assert_eq!(
        order.keys().copied().collect::<Vec<_>>(),
        (first..first + order.len() as u64).collect::<Vec<_>>(),
        "no holes"
    );
    for (sender, ids) in &sent {
        let places: Vec<_> =
            ids.iter().map(|id| order.iter().find(|(_, known)| *known == id).map(|(seq, _)| *seq)).collect();
        assert!(places.iter().all(Option::is_some), "an acknowledged message is missing");
        assert!(places.is_sorted(), "the messages of {sender} are out of order: {places:?}");
    }
    let texts = order.values().filter(|id| !id.starts_with("s-")).count();
    assert_eq!(texts, acknowledged, "exactly what was acknowledged");
    for client in &clients[1..] {
        let theirs: BTreeMap<_, _> = order.range(client.log.keys().next().copied().unwrap_or(0)..).collect();
        assert_eq!(
            client.log.iter().collect::<BTreeMap<_, _>>(),
            theirs,
            "{} has another history",
            client.person.name
        );
        let missing = client.log.values().filter(|id| !id.starts_with("s-")).count();
        assert_eq!(missing, acknowledged, "{} lacks messages", client.person.name);
    }
}

#[tokio::test]
async fn nothing_is_lost_doubled_or_reordered() {
    let (members, rounds) = if std::env::var_os("SMARTCHAT_LONG").is_some() { (100, 60) } else { (12, 8) };
    run(members, rounds).await;
}

//! The local cloud is killed while people talk, and comes up again with all that it acknowledged.
//!
//! It runs in another process: the program `cloud` of this package.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::future::join_all;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::chat::fresh;
use tests::{Person, World};

use super::scale;

/// How long a start may take on a busy machine, in a debug build; the time that it took is printed.
const START: Duration = Duration::from_secs(60);

struct Elsewhere {
    child: Child,
    ready_after: Duration,
}

impl Elsewhere {
    async fn start(data: &Path, port: u16) -> Elsewhere {
        let started = Instant::now();
        let child = Command::new(env!("CARGO_BIN_EXE_cloud"))
            .arg(data)
            .arg(port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("this program runs again");
        let health = format!("http://localhost:{port}/_local/health");
        while !reqwest::get(&health).await.is_ok_and(|answer| answer.status().is_success()) {
            assert!(started.elapsed() < START, "the cloud does not come up");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Elsewhere { child, ready_after: started.elapsed() }
    }

    /// SIGKILL, to this one process.
    fn dies(self) {
        drop(self);
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ended");
    }
}

/// A port that stays free while the cloud is down: not of those which the system gives to everybody who asks for any.
fn free_port() -> u16 {
    let ports = 20_000..32_000;
    let first = std::process::id() as usize % ports.len();
    let is_free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
    ports.clone().cycle().skip(first).take(ports.len()).find(is_free).expect("a free port")
}

/// What a client wants to send, and whether it knows that it was sent.
struct Outbox {
    person: Person,
    sent: Vec<(String, u64)>,
    pending: Option<String>,
}

impl Outbox {
    /// Sends until the cloud no longer answers.
    async fn sends_until_the_end(&mut self, talk: &str, acknowledged: &AtomicUsize) {
        loop {
            let id = self.pending.get_or_insert_with(fresh).clone();
            let input = json!({ "id": id, "conversationId": talk, "text": id });
            let Some(reply) = self.person.tries("sendMessage", input, "{ id seq }").await else { return };
            if !reply.is_passing() {
                self.sent.push((id, reply.value()["seq"].as_u64().expect("a number")));
                self.pending = None;
                acknowledged.fetch_add(1, Ordering::SeqCst);
            }
        }
    }

    /// What was under way is sent again, as a client does that does not know.
    async fn sends_what_is_pending(&mut self, talk: &str) {
        let Some(id) = self.pending.take() else { return };
        let mut reply = self.person.sends_as(&id, talk, &id).await;
        while reply.is_passing() {
            reply = self.person.sends_as(&id, talk, &id).await;
        }
        self.sent.push((id, reply.value()["seq"].as_u64().expect("a number")));
    }
}

/// All messages of a conversation, by number.
async fn history(person: &Person, talk: &str) -> BTreeMap<u64, String> {
    let (mut all, mut after) = (BTreeMap::new(), 0);
    loop {
        let page = person.syncs(talk, after, 0, 100).await;
        for event in page["events"].as_array().into_iter().flatten() {
            let id = event["message"]["id"].as_str().expect("an id").to_owned();
            assert_eq!(all.insert(event["seq"].as_u64().expect("a number"), id), None);
        }
        after = page["seq"].as_u64().expect("a position");
        if page["hasMore"] == false {
            return all;
        }
    }
}

/// What there must be after everything that was pending was sent again: each message once, at its number, and no other.
fn check(history: &BTreeMap<u64, String>, outboxes: &[Outbox]) {
    let sent: BTreeMap<u64, &String> =
        outboxes.iter().flat_map(|outbox| &outbox.sent).map(|(id, seq)| (*seq, id)).collect();
    let count: usize = outboxes.iter().map(|outbox| outbox.sent.len()).sum();
    assert_eq!(sent.len(), count, "no number was given twice");
    let told: BTreeMap<u64, &String> =
        history.iter().filter(|(_, id)| !id.starts_with("s-")).map(|(seq, id)| (*seq, id)).collect();
    assert_eq!(told, sent, "what was acknowledged is there, once, and nothing else");
    assert_eq!(
        history.keys().copied().collect::<Vec<_>>(),
        (1..=history.len() as u64).collect::<Vec<_>>(),
        "no holes"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_a_kill() {
    let (folder, port) = (TempDir::new().expect("a folder"), free_port());
    let url = format!("http://localhost:{port}");
    let mut cloud = Elsewhere::start(folder.path(), port).await;
    let world = World::at(url, None).await;
    let people = world.people(["alice", "bob", "carol", "dan"]).await;
    let talk = people[0].gathers("on thin ice", &[&people[1], &people[2], &people[3]]).await;
    let outbox = |person: &Person| Outbox { person: person.clone(), sent: Vec::new(), pending: None };
    let mut outboxes = people.each_ref().map(outbox);
    for round in 0..scale(2, 50) {
        let acknowledged = AtomicUsize::new(0);
        let killing = async {
            while acknowledged.load(Ordering::SeqCst) < 20 + round {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            cloud.dies();
        };
        let sending = outboxes.iter_mut().map(|outbox| outbox.sends_until_the_end(&talk, &acknowledged));
        tokio::join!(killing, join_all(sending));
        let pending = outboxes.iter().filter(|outbox| outbox.pending.is_some()).count();
        assert_eq!(pending, outboxes.len(), "it was killed under load");

        cloud = Elsewhere::start(folder.path(), port).await;
        println!(
            "round {round}: killed after {acknowledged:?} sends, ready again after {:?}",
            cloud.ready_after
        );
        let mut ear = people[3].listens().await;
        for outbox in &mut outboxes {
            outbox.sends_what_is_pending(&talk).await;
        }
        check(&history(&people[0], &talk).await, &outboxes);
        world.settles().await;
        assert_eq!(world.look("dead-letters").await, json!([]), "the streams went on where they were");
        let last = people[0].sends(&talk, "back").await;
        outboxes[0]
            .sent
            .push((last["id"].as_str().expect("an id").to_owned(), last["seq"].as_u64().expect("a number")));
        let heard: Value = ear.hears_text("back").await;
        assert_eq!(heard["message"]["id"], last["id"]);
        ear.breaks();
    }
    cloud.dies();
}

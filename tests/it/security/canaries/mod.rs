//! What people write is nowhere in what is written down about them: not in logs, which are the metrics too, nor in the
//! journal, on the event bus or among dead letters; whether all goes well or nothing does.

mod calls;
mod log;

use std::collections::BTreeSet;

use local_core::principal::Principal;
use serde_json::{Value, json};
use tests::chat::fresh;
use tests::house::functions;
use tests::{Person, World};

use crate::authorization::row::Kind;
use crate::authorization::scene::{Names, Scene};
use crate::search;
use calls::Call;
use log::Log;

/// Legal as a text, a name, a handle and a search.
const CANARY: &str = "canary7f3ab91c";

/// What stands nowhere.
struct Secrets(Vec<String>);

impl Secrets {
    fn new(people: &[&Person]) -> Secrets {
        let theirs = people.iter().flat_map(|person| [person.token.clone(), person.email.clone()]);
        Secrets(theirs.chain([CANARY.to_owned()]).collect())
    }

    /// The lines in which one of them stands.
    fn found_in(&self, written: &[String]) -> Vec<String> {
        let holds = |line: &&String| self.0.iter().any(|secret| line.contains(secret));
        written.iter().filter(holds).cloned().collect()
    }
}

/// Sends requests one after the other; gives the errors that repeat what was sent.
async fn sends(person: &Person, calls: &[Call]) -> Vec<String> {
    let mut repeated = Vec::new();
    for call in calls.iter().filter(|call| !call.root.starts_with("Subscription.")) {
        let reply = person.asks(&call.document, call.variables.clone()).await;
        repeated.extend(calls::repeats(&reply));
    }
    repeated
}

/// Opens the subscriptions among the requests.
async fn listens(person: &Person, calls: &[Call]) {
    let mut ear = person.listens().await;
    for call in calls.iter().filter(|call| call.root.starts_with("Subscription.")) {
        // Whether it is refused does not matter here.
        let _outcome = ear.subscribe(&fresh(), &call.document, call.variables.clone()).await;
    }
}

/// What claims to be a row and is none, in each of the forms that readers of the stream stumble over.
async fn poisons(world: &World, talk: &str) {
    let table = world.cloud().deployment().tables[0].create["TableName"].clone();
    let rows = [
        (format!("C#{talk}"), "M#9999999999", "message"),
        (format!("C#{talk}"), "V#9999999999", "change"),
        (format!("U#{}", fresh()), "PROFILE", "profile"),
    ];
    for (pk, sk, entity) in rows {
        let text = json!({ "S": CANARY });
        let mut item =
            json!({ "pk": { "S": pk }, "sk": { "S": sk }, "_entity": { "S": entity }, "_row": { "N": "1" } });
        for attribute in ["text", "kind", "seq", "createdAt", "conversationId", "displayName", "target"] {
            item[attribute] = text.clone();
        }
        let put = json!({ "TableName": table, "Item": item }).to_string();
        let answer = world.cloud().dynamodb().call(&Principal::Developer, "PutItem", put.as_bytes()).await;
        assert_eq!(answer.status, 200);
    }
}

/// A question and its answer, as both read them.
async fn talks(one: &Person, other: &Person) {
    let talk = one.meets(other).await;
    let question = other.sends(&talk, CANARY).await;
    let mut answer = json!({ "id": fresh(), "conversationId": talk, "text": CANARY });
    answer["replyToSeq"] = question["seq"].clone();
    one.does("sendMessage", answer, "{ id }").await.value();
    let read = other.reads(&talk).await;
    assert!(read.iter().any(|message| message["replyTo"]["text"] == CANARY), "{read:?}");
}

/// A sign-up that is refused.
async fn is_turned_away(world: &World) {
    let attributes = json!([
        { "Name": "email", "Value": format!("{CANARY}@example.com") },
        { "Name": "name", "Value": CANARY },
        { "Name": "custom:termsVersion", "Value": CANARY },
    ]);
    let client = world.client_id();
    let email = format!("{CANARY}@example.com");
    let sign_up = json!({ "ClientId": client, "Username": email, "Password": format!("A-{CANARY}"), "UserAttributes": attributes });
    world.cognito("SignUp", sign_up).await.expect_err("the terms are not these");
}

/// Everything that is kept beside the data itself.
async fn written(world: &World, log: &Log) -> Vec<String> {
    let mut written = log.lines();
    for place in ["journal", "dead-letters", "events"] {
        let kept = world.look(place).await;
        written.extend(kept.as_array().into_iter().flatten().map(Value::to_string));
    }
    written
}

#[tokio::test]
async fn nothing_that_somebody_wrote_is_written_down() {
    let log = Log::default();
    let _listening = log.listens();
    let scene = Scene::new().await;
    let (world, owner) = (&scene.world, &scene.owner);
    let canary = world.person(CANARY).await;
    talks(owner, &canary).await;
    // As many as search takes together.
    let read = owner.meets(&canary).await;
    search::fills(owner, &read, 1..=128, |_| CANARY.to_owned()).await;
    is_turned_away(world).await;

    let as_owner = calls::of(&scene, Kind::Owner, Names::Fresh).await;
    let as_stranger = calls::of(&scene, Kind::Stranger, Names::Real).await;
    let spoiled: Vec<_> = as_owner.iter().map(Call::spoiled).collect();
    listens(owner, &as_owner).await;
    let mut repeated = sends(owner, &as_owner).await;
    repeated.extend(sends(&scene.stranger, &as_stranger).await);
    repeated.extend(sends(owner, &spoiled).await);
    poisons(world, &scene.group).await;
    world.settles().await;

    let panics: Vec<_> = functions()
        .into_iter()
        .map(|function| json!({ "function": function.name, "when": "panic" }))
        .collect();
    for plan in [json!({ "internalError": 1.0 }), json!({ "at": panics })] {
        world.suffers(plan).await;
        repeated.extend(sends(owner, &as_owner).await);
        world.recovers().await;
    }
    world.settles().await;
    // What nobody sent is collected after a week.
    world.advances(8 * 24 * 60 * 60).await;
    world.settles().await;

    let secrets = Secrets::new(&[owner, &scene.stranger, &canary]);
    let written = written(world, &log).await;
    assert!(written.len() > 500, "{} lines", written.len());
    assert_eq!(secrets.found_in(&written), Vec::<String>::new());
    assert_eq!(repeated, Vec::<String>::new(), "AppSync logs the words of an error");
    covers_everything(&log);
}

/// Each function was heard, and each way to fail.
fn covers_everything(log: &Log) {
    let lines = log.parsed();
    let all = |name: &str| {
        lines.iter().filter_map(|line| line[name].as_str()).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let crates: BTreeSet<_> = functions().into_iter().map(|function| function.name).collect();
    assert_eq!(all("Operation"), crates, "left: heard, right: there");
    for error in ["Internal", "Unavailable", "BadRequest", "NotFound", "PartialBatch"] {
        assert!(all("ErrorType").contains(error), "{error} did not happen");
    }
}

/// What an invocation costs in logs: `docs/costs.md` reckons with it.
#[tokio::test]
async fn what_goes_well_leaves_one_line_of_at_most_400_bytes() {
    let log = Log::default();
    let _listening = log.listens();
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.gathers("team", &[&bob]).await;
    for number in 0..20 {
        let sent = alice.sends(&talk, &format!("message {number}")).await;
        bob.has_read(&talk, sent["seq"].as_u64().unwrap()).await.value();
    }
    bob.chat_list().await;
    world.settles().await;

    let lines = log.parsed();
    let went_well: Vec<_> = lines.iter().filter(|line| line["outcome"] == "ok").collect();
    assert!(went_well.len() > 60, "{}", went_well.len());
    let longest = went_well.iter().map(|line| line.to_string().len()).max().unwrap();
    assert!(longest <= 400, "{longest} bytes");
    let ids: BTreeSet<_> = went_well.iter().map(|line| line["requestId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), went_well.len(), "one line for each");
    // The audit is a record of its own.
    let beside = lines.iter().filter(|line| line.get("outcome").is_none() && line["message"] != "audit");
    assert_eq!(beside.collect::<Vec<_>>(), Vec::<&Value>::new());
}

#[tokio::test]
async fn a_leak_would_be_found() {
    let log = Log::default();
    let _listening = log.listens();
    tracing::info!(target: "send_message", of = format!("about {CANARY}"), "sent");
    assert_eq!(Secrets(vec![CANARY.to_owned()]).found_in(&log.lines()).len(), 1);
}

//! What a request leaves behind: rows of the table, records of its stream, events at people's devices.

use local_core::principal::Principal;
use serde_json::{Value, json};
use tests::{Credentials, Ear, World};

use super::scene::Scene;

/// Everything that can tell of a change.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Trace {
    rows: Vec<String>,
    positions: Vec<String>,
    heard: Vec<usize>,
}

impl Trace {
    /// What is there now, once all has come to rest.
    pub(crate) async fn now(world: &World, ears: &mut [Ear]) -> Trace {
        world.settles().await;
        let mut heard = Vec::new();
        for ear in ears {
            ear.catches_up().await;
            heard.push(ear.events.len());
        }
        let streams = world.look("streams").await;
        let positions = streams.as_array().into_iter().flatten().map(|reader| reader["position"].to_string());
        Trace { rows: rows(world).await, positions: positions.collect(), heard }
    }

    /// What differs, in words; none if nothing does.
    pub(crate) fn difference(&self, later: &Trace) -> Option<String> {
        if self.heard != later.heard {
            return Some(format!("events were delivered: {:?} became {:?}", self.heard, later.heard));
        }
        if self.rows == later.rows {
            return (self.positions != later.positions).then(|| "the stream went on".to_owned());
        }
        let new = later.rows.iter().find(|row| !self.rows.contains(row));
        let gone = self.rows.iter().find(|row| !later.rows.contains(row));
        Some(format!("the table was written: {}", new.or(gone).map_or("a row twice", String::as_str)))
    }
}

/// All rows of the table.
pub(crate) async fn rows(world: &World) -> Vec<String> {
    let cloud = world.cloud();
    let mut rows = Vec::new();
    let mut start = Value::Null;
    loop {
        let mut scan = json!({ "TableName": cloud.endpoints().table_name });
        if !start.is_null() {
            scan["ExclusiveStartKey"] = start;
        }
        let answer = cloud.dynamodb().call(&Principal::Developer, "Scan", scan.to_string().as_bytes()).await;
        let mut page: Value = serde_json::from_slice(&answer.body).expect("JSON");
        assert_eq!(answer.status, 200, "{page}");
        rows.extend(page["Items"].as_array().into_iter().flatten().map(ToString::to_string));
        start = page["LastEvaluatedKey"].take();
        if start.is_null() {
            rows.sort();
            return rows;
        }
    }
}

/// Devices of those who would hear of a change: the owner, who also hears who types, and the member.
pub(crate) async fn ears(scene: &Scene) -> Vec<Ear> {
    let mut ears = Vec::new();
    for person in [&scene.owner, &scene.member, &scene.blocked] {
        ears.push(person.listens().await);
    }
    let typing =
        "subscription($id: ID!) { onTyping(conversationId: $id) { conversationId userId activity } }";
    let owner = Credentials::Token(scene.owner.token.clone());
    let variables = json!({ "id": scene.group });
    owner.subscribes(&mut ears[0], &scene.world, typing, &variables).await.expect("the owner may listen");
    ears
}

/// The proof of the proof: what changes a little is seen.
#[tokio::test]
async fn no_change_escapes() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    alice.sends(&talk, "hello").await;
    world.settles().await;
    let mut ears = vec![alice.listens().await];
    let before = Trace::now(&world, &mut ears).await;
    assert_eq!(before.difference(&Trace::now(&world, &mut ears).await), None);
    bob.does("updateMyConversation", json!({ "conversationId": talk, "draft": "…" }), "{ version }")
        .await
        .value();
    let written = Trace::now(&world, &mut ears).await;
    assert!(before.difference(&written).is_some_and(|words| words.contains("the table was written")));
    bob.sends(&talk, "hello").await;
    let told = Trace::now(&world, &mut ears).await;
    assert!(written.difference(&told).is_some_and(|words| words.contains("events were delivered")));
}

//! A fault before and after every call of every mutation: a client that asks again has the answer, and the table the
//! rows, that there would have been without. Where asking twice is answered otherwise than asking once, as that
//! somebody is a member already, that answer is right too.

#![expect(clippy::print_stdout, reason = "figures of a run")]

mod delta;
mod scene;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::house::kebab;
use tests::{Person, Reply};

use super::scale;
use crate::authorization::row::{Kind, Row};
use crate::authorization::scene::Scene;
use crate::authorization::table;
use crate::house::schema::schema;
use delta::{Delta, rows};

/// How often a client tries.
const TRIES: usize = 10;

/// How often the SDK makes a call before it gives up.
const ATTEMPTS: u64 = 3;

/// The mutations that a table of the matrix shows, each with one row of it; only the publisher may publish.
fn mutations(rows: &'static [Row]) -> Vec<&'static Row> {
    let mut known = BTreeSet::from(["Mutation.publishEvents"]);
    let of_root = rows.iter().filter(|row| row.field == row.root && row.field.starts_with("Mutation."));
    let may = |row: &Row| matches!(row.cell(Kind::Owner), "ok" | "idle");
    of_root.filter(|row| may(row) && known.insert(row.field)).collect()
}

#[test]
fn every_mutation_is_swept() {
    let swept: BTreeSet<_> = [
        table::account::ROWS,
        table::conversations::ROWS,
        table::messages::ROWS,
        table::media::ROWS,
        table::notifications::ROWS,
        table::events::ROWS,
    ]
    .into_iter()
    .flat_map(mutations)
    .map(|row| row.root_parts().1.to_owned())
    .collect();
    let mut fields: BTreeSet<_> = schema().root_fields("Mutation").into_iter().collect();
    fields.remove("publishEvents");
    assert_eq!(swept, fields, "left: what is swept, right: the schema");
}

async fn sweep(rows: &'static [Row]) {
    let scene = Scene::new().await;
    let mut failures = Vec::new();
    let mut points = 0;
    for row in mutations(rows) {
        // The first time some rows are new that are there the next time.
        play(&scene, row, None).await;
        let clean = play(&scene, row, None).await;
        assert!(clean.calls > 0, "{} calls nothing", row.field);
        for call in 1..=clean.calls {
            for when in ["before", "after"] {
                for times in scale(vec![ATTEMPTS], vec![1, ATTEMPTS]) {
                    points += 1;
                    let fault = json!({ "function": kebab(row.root_parts().1), "call": call, "times": times, "when": when });
                    let struck = play(&scene, row, Some(&fault)).await;
                    if let Some(difference) = clean.difference(&struck) {
                        failures.push(format!("{} with {fault}: {difference}", row.field));
                    }
                }
            }
        }
    }
    println!("{points} points");
    assert!(failures.is_empty(), "{} of {points} points:\n{}", failures.len(), failures.join("\n"));
}

/// What came of a mutation.
struct Played {
    calls: u64,
    answer: Value,
    /// The answer to the same request once more; of a run without a fault.
    again: Value,
    delta: Delta,
}

impl Played {
    fn difference(&self, other: &Played) -> Option<String> {
        if ![&self.answer, &self.again].contains(&&other.answer) {
            return Some(format!("the answer is {} and not {}", other.answer, self.answer));
        }
        self.delta.difference(&other.delta)
    }
}

async fn play(scene: &Scene, row: &Row, fault: Option<&Value>) -> Played {
    let field = row.root_parts().1;
    let (caller, input) = scene::prepared(scene, row).await;
    scene.world.settles().await;
    let before = rows(&scene.world).await;
    scene.world.cloud().journal().clear();
    if let Some(fault) = fault {
        scene.world.suffers(json!({ "at": [fault] })).await;
    }
    let reply = persists(&caller, field, &input, row.selection).await;
    if let Some(fault) = fault {
        let struck = scene.world.recovers().await;
        assert!(struck["at"].as_u64() > Some(0), "{field}: {fault} was never met");
    }
    let function = kebab(field);
    let entries = scene.world.cloud().journal().entries();
    let calls = entries.iter().flat_map(|entry| &entry.calls);
    let calls = calls.filter(|call| call.function == function && call.action.starts_with("dynamodb:"));
    let calls = calls.count() as u64;
    scene.world.settles().await;
    let after = rows(&scene.world).await;
    let again = match fault {
        None => outcome(&persists(&caller, field, &input, row.selection).await),
        Some(_) => Value::Null,
    };
    Played { calls, answer: outcome(&reply), again, delta: Delta::between(&before, &after) }
}

fn outcome(reply: &Reply) -> Value {
    if reply.errors.is_empty() { delta::outline(&reply.data) } else { json!(reply.errors) }
}

/// As a client does, which does not know what became of its request.
async fn persists(caller: &Person, field: &str, input: &Value, wanted: &str) -> Reply {
    let mut reply = caller.does(field, input.clone(), wanted).await;
    for _ in 1..TRIES {
        // Fields with several results say in each whether it failed.
        let results = reply.data[field].as_array().into_iter().flatten();
        let is_partial = results.clone().any(|result| result["errorType"] == "Unavailable");
        if !reply.is_passing() && !is_partial {
            break;
        }
        reply = caller.does(field, input.clone(), wanted).await;
    }
    reply
}

#[tokio::test]
async fn mutations_of_accounts_survive_a_fault_at_each_call() {
    sweep(table::account::ROWS).await;
}

#[tokio::test]
async fn mutations_of_conversations_survive_a_fault_at_each_call() {
    sweep(table::conversations::ROWS).await;
}

#[tokio::test]
async fn mutations_of_messages_survive_a_fault_at_each_call() {
    sweep(table::messages::ROWS).await;
}

#[tokio::test]
async fn mutations_of_media_survive_a_fault_at_each_call() {
    sweep(table::media::ROWS).await;
}

#[tokio::test]
async fn mutations_of_notifications_survive_a_fault_at_each_call() {
    sweep(table::notifications::ROWS).await;
}

//! What changed in the table, told so that two runs of the same can be compared: without ids, times and the counters
//! that grow with each try.

use std::collections::BTreeMap;

use local_core::principal::Principal;
use serde_json::{Map, Value, json};
use tests::World;

/// All rows by key.
pub(super) type Rows = BTreeMap<(String, String), Map<String, Value>>;

/// Grow whenever a row is written, as often as it takes.
const COUNT_WRITES: [&str; 2] = ["lock", "version"];

/// Numbers from here on are seconds since 1970.
const A_TIME: i64 = 1_000_000_000;

/// The rows that changed, in outline and in order.
#[derive(Debug, PartialEq)]
pub(super) struct Delta {
    changes: Vec<String>,
}

/// All rows of the table.
pub(super) async fn rows(world: &World) -> Rows {
    let (cloud, mut rows, mut start) = (world.cloud(), Rows::new(), Value::Null);
    loop {
        let mut scan = json!({ "TableName": cloud.endpoints().table_name });
        if !start.is_null() {
            scan["ExclusiveStartKey"] = start;
        }
        let answer = cloud.dynamodb().call(&Principal::Developer, "Scan", scan.to_string().as_bytes()).await;
        let mut page: Value = serde_json::from_slice(&answer.body).expect("JSON");
        assert_eq!(answer.status, 200, "{page}");
        for item in page["Items"].as_array_mut().into_iter().flatten() {
            let Value::Object(item) = item.take() else { panic!("an item is an object") };
            let key = |name: &str| item[name]["S"].as_str().expect("a key").to_owned();
            rows.insert((key("pk"), key("sk")), item);
        }
        start = page["LastEvaluatedKey"].take();
        if start.is_null() {
            return rows;
        }
    }
}

impl Delta {
    pub(super) fn between(before: &Rows, after: &Rows) -> Delta {
        let mut changes = Vec::new();
        for (key, row) in after {
            match before.get(key) {
                Some(old) if old == row => {}
                Some(old) => changes.push(format!("{} changed: {}", kind(key), steps(old, row))),
                None => {
                    let mut row = row.clone();
                    row.retain(|name, _| !["pk", "sk"].contains(&name.as_str()));
                    changes.push(format!("{} is new: {}", kind(key), outline(&json!(row))));
                }
            }
        }
        let gone = before.keys().filter(|key| !after.contains_key(*key));
        changes.extend(gone.map(|key| format!("{} is gone", kind(key))));
        changes.sort();
        Delta { changes }
    }

    /// What differs, in words; none if nothing does.
    pub(super) fn difference(&self, other: &Delta) -> Option<String> {
        (self != other).then(|| format!("the table: {:#?} and not {:#?}", other.changes, self.changes))
    }
}

/// `U#… C#…` → `U C`; what people are found by is left out.
fn kind((pk, sk): &(String, String)) -> String {
    let first = |key: &str| key.split('#').next().unwrap_or_default().to_owned();
    let sk = Some(first(sk)).filter(|sk| sk.bytes().all(|byte| byte.is_ascii_uppercase()));
    format!("{} {}", first(pk), sk.unwrap_or_default())
}

/// Which attributes changed: numbers by how much, everything else in outline.
fn steps(old: &Map<String, Value>, new: &Map<String, Value>) -> Value {
    let mut steps = BTreeMap::new();
    for name in old.keys().chain(new.keys()) {
        let (one, other) = (old.get(name), new.get(name));
        if one == other || COUNT_WRITES.contains(&name.as_str()) {
            continue;
        }
        // Watermarks jump by as much as was sent since, and times go on; counters, which may be absent at first, step.
        let jumps = name.ends_with("Seq") || (name == "rev" && !new.contains_key("memberCount"));
        let step = match (number(one), number(other)) {
            (one, Some(other)) if !jumps && other < A_TIME => json!(other - one.unwrap_or(0)),
            _ => other.map_or(Value::Null, outline),
        };
        steps.insert(name, step);
    }
    json!(steps)
}

fn number(value: Option<&Value>) -> Option<i64> {
    value?["N"].as_str()?.parse().ok()
}

/// A value without what is different in each run: numbers, and texts with digits in them.
pub(super) fn outline(value: &Value) -> Value {
    match value {
        Value::Number(_) => json!("#"),
        Value::String(text) if text.bytes().any(|byte| byte.is_ascii_digit()) => json!("*"),
        Value::Array(values) => values.iter().map(outline).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), outline(value))).collect()
        }
        other => other.clone(),
    }
}

#[test]
fn a_second_step_and_a_second_row_are_seen() {
    let row = |seq: u64| {
        let number = json!({ "N": seq.to_string() });
        json!({ "seq": number, "rev": number, "lock": number, "memberCount": number })
    };
    let rows = |all: &[(&str, u64)]| -> Rows {
        let keyed = all.iter().map(|(sk, seq)| (("C#1".to_owned(), (*sk).to_owned()), row(*seq)));
        keyed.map(|(key, row)| (key, row.as_object().cloned().unwrap_or_default())).collect()
    };
    let before = rows(&[("HEAD", 4)]);
    let once = Delta::between(&before, &rows(&[("HEAD", 5), ("M#5", 5)]));
    assert_eq!(
        once.difference(&Delta::between(&rows(&[("HEAD", 7)]), &rows(&[("HEAD", 8), ("M#8", 8)]))),
        None
    );
    let twice = Delta::between(&before, &rows(&[("HEAD", 6), ("M#5", 5), ("M#6", 6)]));
    assert!(once.difference(&twice).is_some());
    assert!(once.difference(&Delta::between(&before, &rows(&[("HEAD", 6), ("M#5", 5)]))).is_some());
}

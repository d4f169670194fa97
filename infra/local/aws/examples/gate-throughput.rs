//! How many calls per second the DynamoDB gate answers in this process, in memory and in a file, with and without a
//! function on the stream. `cargo run -p local-aws --example gate-throughput [-- SECONDS_PER_ROW]`
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]
#![expect(clippy::unwrap_used, reason = "a benchmark that fails may stop")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use local_aws::dynamodb::{Authorizer, Faults, Gate, Location, Parts};
use local_aws::queues::Queues;
use local_aws::streams::{self, Pump, SourceMapping};
use local_core::clock::Clock;
use local_core::invoke::{InvokeError, Invoker};
use local_core::journal::Journal;
use local_core::principal::Principal;
use serde_json::{Value, json};

/// The calls side by side.
const CALLERS: [usize; 2] = [1, 8];

struct Everyone;

impl Authorizer for Everyone {
    fn allows(&self, _: &Principal, _: &str, _: &str, _: &[String]) -> bool {
        true
    }
}

/// A function that does nothing with its records but count them.
#[derive(Default)]
struct Counter(AtomicUsize);

impl Invoker for Counter {
    fn invoke<'a>(&'a self, _: &'a str, event: Value) -> BoxFuture<'a, Result<Value, InvokeError>> {
        self.0.fetch_add(event["Records"].as_array().map_or(0, Vec::len), Ordering::Relaxed);
        Box::pin(async { Ok(Value::Null) })
    }
}

#[tokio::main]
async fn main() {
    let seconds = std::env::args().nth(1).and_then(|seconds| seconds.parse().ok()).unwrap_or(2.0);
    let time = Duration::from_secs_f64(seconds);
    println!("| place | call | callers | calls/s | p50 µs | p99 µs | time to settle |");
    println!("|---|---|---|---|---|---|---|");
    let folder = std::env::temp_dir().join(format!("gate-throughput-{}", local_aws::http::uuid()));
    for (place, location, stream) in [
        ("memory", Location::Memory, false),
        ("memory + function", Location::Memory, true),
        ("file", Location::Folder(folder.join("plain")), false),
        ("file + function", Location::Folder(folder.join("function")), true),
    ] {
        let (gate, counter) = (open(&location), Arc::new(Counter::default()));
        let pump = stream.then(|| pump(&gate, &location, &counter));
        for call in ["PutItem", "TransactWriteItems", "GetItem", "Query"] {
            for callers in CALLERS {
                let row = measure(&gate, call, callers, time).await;
                let behind = Instant::now();
                if let Some(pump) = &pump {
                    pump.settle().await;
                }
                println!("| {place} | {call} | {callers} | {row} | {:?} |", behind.elapsed());
            }
        }
    }
    let _ = std::fs::remove_dir_all(folder);
}

fn open(location: &Location) -> Gate {
    let faults = Faults::default();
    let parts = Parts { clock: Clock::default(), authorizer: Arc::new(Everyone), faults };
    let gate = Gate::open(location, parts).unwrap();
    let definition = |name: &str| json!({ "AttributeName": name, "AttributeType": "S" });
    let key = |name: &str, kind: &str| json!({ "AttributeName": name, "KeyType": kind });
    let table = json!({
        "TableName": "chat",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [definition("pk"), definition("sk"), definition("gsi1pk"), definition("gsi1sk")],
        "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")],
        "GlobalSecondaryIndexes": [{
            "IndexName": "gsi1",
            "KeySchema": [key("gsi1pk", "HASH"), key("gsi1sk", "RANGE")],
            "Projection": { "ProjectionType": "ALL" },
        }],
        "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" },
    });
    gate.ensure_table(&table, Some("expiresAt")).unwrap();
    gate
}

fn pump(gate: &Gate, location: &Location, counter: &Arc<Counter>) -> Pump {
    let parts = streams::Parts {
        gate: gate.clone(),
        invoker: Arc::clone(counter) as Arc<dyn Invoker>,
        queues: Queues::open(location, Clock::default()).unwrap(),
        journal: Journal::default(),
        retry_delay: Duration::from_millis(100),
    };
    Pump::start(vec![SourceMapping::new("chat", "publish-changes")], parts).unwrap()
}

async fn measure(gate: &Gate, call: &'static str, callers: usize, time: Duration) -> String {
    let started = Instant::now();
    let lane = |caller| format!("{callers}-{caller}");
    let running: Vec<_> =
        (0..callers).map(|n| tokio::spawn(run(gate.clone(), call, lane(n), time))).collect();
    let mut latencies = Vec::new();
    for caller in running {
        latencies.extend(caller.await.unwrap());
    }
    let per_second = latencies.len() as f64 / started.elapsed().as_secs_f64();
    latencies.sort();
    let at = |part: f64| latencies[(latencies.len() as f64 * part) as usize].as_micros();
    format!("{per_second:.0} | {} | {}", at(0.5), at(0.99))
}

async fn run(gate: Gate, call: &'static str, lane: String, time: Duration) -> Vec<Duration> {
    let started = Instant::now();
    let mut latencies = Vec::new();
    while started.elapsed() < time {
        let body = request(call, &lane, latencies.len()).to_string();
        let asked = Instant::now();
        let answer = gate.call(&Principal::Developer, call, body.as_bytes()).await;
        latencies.push(asked.elapsed());
        assert_eq!(answer.status, 200, "{}", answer.json());
    }
    latencies
}

/// A call of the size and kind that the chat makes.
fn request(call: &str, lane: &str, n: usize) -> Value {
    let (partition, marker) = (format!("c#{lane}#{call}"), format!("d#{lane}#{n}"));
    let key = |n: usize| json!({ "pk": { "S": partition }, "sk": { "S": format!("m#{n:012}") } });
    let item = |n: usize| {
        let mut item = key(n);
        item["text"] = json!({ "S": "x".repeat(300) });
        item["seq"] = json!({ "N": n.to_string() });
        item
    };
    match call {
        "PutItem" => json!({ "TableName": "chat", "Item": item(n) }),
        "GetItem" => json!({ "TableName": "chat", "Key": key(n % 100), "ConsistentRead": true }),
        "Query" => json!({
            "TableName": "chat",
            "KeyConditionExpression": "pk = :c",
            "ExpressionAttributeValues": { ":c": { "S": format!("c#{lane}#PutItem") } },
            "Limit": 20,
        }),
        _ => json!({ "TransactItems": [
            { "Update": {
                "TableName": "chat",
                "Key": { "pk": { "S": partition }, "sk": { "S": "HEAD" } },
                "UpdateExpression": "ADD seq :one SET preview = :preview",
                "ExpressionAttributeValues": { ":one": { "N": "1" }, ":preview": { "S": "x".repeat(80) } },
            } },
            { "Put": { "TableName": "chat", "Item": item(n), "ConditionExpression": "attribute_not_exists(pk)" } },
            { "Put": {
                "TableName": "chat",
                "Item": { "pk": { "S": marker }, "sk": { "S": "d" }, "seq": { "N": n.to_string() } },
            } },
        ] }),
    }
}

mod calls;
mod costs;
mod faults;
mod folder;
mod sdk;
mod time;

use std::sync::Arc;

use local_core::clock::Clock;
use local_core::principal::Principal;
use serde_json::{Value, json};

use super::{Authorizer, Faults, Gate, Location, OpenError, Parts, Position, Record};
use crate::http::Response;

/// Lets everyone read and write partitions that begin with `open`, and the developer everything.
struct OpenPartitions;

impl Authorizer for OpenPartitions {
    fn allows(&self, caller: &Principal, _: &str, _: &str, leading_keys: &[String]) -> bool {
        *caller == Principal::Developer || leading_keys.iter().all(|key| key.starts_with("open"))
    }
}

struct World {
    gate: Gate,
    clock: Clock,
}

fn function() -> Principal {
    Principal::Function { name: "send-message".to_owned() }
}

fn open(location: &Location) -> Result<World, OpenError> {
    let clock = Clock::default();
    let parts =
        Parts { clock: clock.clone(), authorizer: Arc::new(OpenPartitions), faults: Faults::default() };
    let gate = Gate::open(location, parts)?;
    gate.ensure_table(&chat_table(), Some("expiresAt"))?;
    Ok(World { gate, clock })
}

fn in_memory() -> World {
    open(&Location::Memory).unwrap()
}

fn chat_table() -> Value {
    json!({
        "TableName": "chat",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            { "AttributeName": "pk", "AttributeType": "S" },
            { "AttributeName": "sk", "AttributeType": "S" },
            { "AttributeName": "gsi1pk", "AttributeType": "S" },
        ],
        "KeySchema": [
            { "AttributeName": "pk", "KeyType": "HASH" },
            { "AttributeName": "sk", "KeyType": "RANGE" },
        ],
        "GlobalSecondaryIndexes": [{
            "IndexName": "gsi1",
            "KeySchema": [{ "AttributeName": "gsi1pk", "KeyType": "HASH" }],
            "Projection": { "ProjectionType": "ALL" },
        }],
        "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES" },
    })
}

fn item(partition: &str, n: usize) -> Value {
    json!({ "pk": { "S": partition }, "sk": { "S": format!("{n:04}") }, "n": { "N": n.to_string() } })
}

fn key(partition: &str, n: usize) -> Value {
    json!({ "pk": { "S": partition }, "sk": { "S": format!("{n:04}") } })
}

impl World {
    async fn call(&self, operation: &str, request: Value) -> Response {
        self.gate.call(&function(), operation, request.to_string().as_bytes()).await
    }

    async fn put(&self, partition: &str, n: usize) -> Response {
        self.call("PutItem", json!({ "TableName": "chat", "Item": item(partition, n) })).await
    }

    async fn count(&self) -> u64 {
        let request = json!({ "TableName": "chat", "Select": "COUNT" }).to_string();
        self.gate.call(&Principal::Developer, "Scan", request.as_bytes()).await.json()["Count"]
            .as_u64()
            .unwrap()
    }

    fn stream(&self) -> Vec<Record> {
        self.gate.records_after("chat", Position::START, 1_000).unwrap()
    }
}

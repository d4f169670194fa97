use std::path::Path;
use std::sync::Arc;

use jiff::SignedDuration;
use local_core::clock::Clock;
use local_core::journal::Journal;
use local_core::principal::Principal;
use serde_json::{Value, json};

use super::{Authorizer, Gate, Location, OpenError, Parts, Plan, Position, Throughput};
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
    let gate = Gate::open(location, Parts { clock: clock.clone(), authorizer: Arc::new(OpenPartitions) })?;
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

    fn stream(&self) -> Vec<super::Record> {
        self.gate.records_after("chat", Position::START, 1_000).unwrap()
    }
}

#[tokio::test]
async fn what_is_put_can_be_read_by_key_and_by_index() {
    let world = in_memory();
    let mut row = item("open", 1);
    row["gsi1pk"] = json!({ "S": "open-index" });
    let put = world.call("PutItem", json!({ "TableName": "chat", "Item": row })).await;
    assert_eq!((put.status, put.json()), (200, json!({})));
    let got = world.call("GetItem", json!({ "TableName": "chat", "Key": key("open", 1) })).await;
    assert_eq!(got.json()["Item"], row);
    let query = json!({
        "TableName": "chat",
        "IndexName": "gsi1",
        "KeyConditionExpression": "gsi1pk = :v",
        "ExpressionAttributeValues": { ":v": { "S": "open-index" } },
    });
    assert_eq!(world.call("Query", query).await.json()["Items"], json!([row]));
}

#[tokio::test]
async fn a_denied_call_says_so_in_the_words_of_aws_and_leaves_nothing() {
    let world = in_memory();
    let refused = world.put("secret", 1).await;
    assert_eq!((refused.status, refused.error_type().as_deref()), (400, Some("AccessDeniedException")));
    assert_eq!(
        refused.json()["Message"],
        "User: arn:aws:sts::000000000000:assumed-role/send-message/send-message is not authorized to perform: \
         dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/chat because no identity-based \
         policy allows the dynamodb:PutItem action"
    );
    assert_eq!((world.count().await, world.stream().len()), (0, 0));
}

#[tokio::test]
async fn one_denied_item_denies_the_whole_transaction() {
    let world = in_memory();
    let put = |partition| json!({ "Put": { "TableName": "chat", "Item": item(partition, 1) } });
    let request = json!({ "TransactItems": [put("open"), put("secret")] });
    assert_eq!(
        world.call("TransactWriteItems", request).await.error_type().unwrap(),
        "AccessDeniedException"
    );
    assert_eq!(world.count().await, 0);
}

#[tokio::test]
async fn the_journal_knows_what_each_call_cost_and_which_ran_side_by_side() {
    let world = in_memory();
    let journal = Journal::default();
    let operation = journal.open("test");
    let transaction = json!({ "TransactItems": [
        { "Put": { "TableName": "chat", "Item": item("open", 1) } },
        { "Put": { "TableName": "chat", "Item": item("open", 2) } },
    ] });
    let get = |n| {
        world.call("GetItem", json!({ "TableName": "chat", "Key": key("open", n), "ConsistentRead": true }))
    };
    operation
        .scope(async {
            world.call("TransactWriteItems", transaction).await;
            tokio::join!(get(1), get(2));
        })
        .await;
    let entry = operation.snapshot();
    assert_eq!((entry.write_units(), entry.read_units(), entry.round_trips()), (4.0, 2.0, 2));
    assert_eq!(entry.calls[0].action, "dynamodb:TransactWriteItems");
    assert_eq!(entry.calls[0].function, "send-message");
}

#[tokio::test]
async fn capacity_is_shown_only_to_those_who_ask() {
    let world = in_memory();
    assert_eq!(world.put("open", 1).await.json(), json!({}));
    let request = json!({ "TableName": "chat", "Item": item("open", 2), "ReturnConsumedCapacity": "TOTAL" });
    assert_eq!(world.call("PutItem", request).await.json()["ConsumedCapacity"]["CapacityUnits"], 1.0);
}

#[tokio::test]
async fn a_transaction_sent_twice_is_applied_once_for_ten_minutes() {
    let world = in_memory();
    let add = |amount: &str| {
        let update = json!({ "Update": {
            "TableName": "chat",
            "Key": key("open", 1),
            "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": { ":one": { "N": amount } },
        } });
        json!({ "TransactItems": [update], "ClientRequestToken": "same" })
    };
    let n = || async {
        let got = world.call("GetItem", json!({ "TableName": "chat", "Key": key("open", 1) })).await;
        got.json()["Item"]["n"]["N"].as_str().unwrap().to_owned()
    };
    assert_eq!(world.call("TransactWriteItems", add("1")).await.status, 200);
    assert_eq!(world.call("TransactWriteItems", add("1")).await.status, 200);
    assert_eq!(n().await, "1");
    let other = world.call("TransactWriteItems", add("2")).await;
    assert_eq!(other.error_type().unwrap(), "IdempotentParameterMismatchException");
    world.clock.advance(SignedDuration::from_mins(11));
    world.call("TransactWriteItems", add("1")).await;
    assert_eq!(n().await, "2");
}

#[tokio::test]
async fn what_expired_by_our_clock_is_deleted_by_the_service() {
    let world = in_memory();
    for (n, lifetime) in [(1, 60), (2, 3_600)] {
        let mut row = item("open", n);
        row["expiresAt"] = json!({ "N": (world.clock.epoch_seconds() + lifetime).to_string() });
        world.call("PutItem", json!({ "TableName": "chat", "Item": row })).await;
    }
    world.put("open", 3).await;
    assert_eq!(world.gate.sweep_expired().await, 0);
    world.clock.advance(SignedDuration::from_secs(120));
    assert_eq!(world.gate.sweep_expired().await, 1);
    assert_eq!(world.count().await, 2);
    let removal = world.stream().pop().unwrap().event;
    assert_eq!(removal["eventName"], "REMOVE");
    assert_eq!(
        removal["userIdentity"],
        json!({ "type": "Service", "principalId": "dynamodb.amazonaws.com" })
    );
    let delete = json!({ "TableName": "chat", "Key": key("open", 2) });
    world.call("DeleteItem", delete).await;
    assert_eq!(world.stream().pop().unwrap().event["userIdentity"], Value::Null);
}

#[tokio::test]
async fn a_sweep_takes_all_pages() {
    let world = in_memory();
    for n in 0..60 {
        let mut row = item("open", n);
        row["expiresAt"] = json!({ "N": (world.clock.epoch_seconds() - 5).to_string() });
        world.call("PutItem", json!({ "TableName": "chat", "Item": row })).await;
    }
    assert_eq!(world.gate.sweep_expired().await, 60);
    assert_eq!(world.count().await, 0);
}

#[tokio::test]
async fn a_stream_record_has_the_shape_that_functions_know() {
    let world = in_memory();
    world.put("open", 1).await;
    let event = world.stream().remove(0).event;
    let arn = event["eventSourceARN"].as_str().unwrap();
    assert!(arn.starts_with("arn:aws:dynamodb:us-east-1:000000000000:table/chat/stream/"), "{arn}");
    assert_eq!((&event["eventName"], &event["awsRegion"]), (&json!("INSERT"), &json!("us-east-1")));
    assert_eq!(event["eventSource"], "aws:dynamodb");
    assert_eq!(event["dynamodb"]["Keys"], key("open", 1));
    assert_eq!(event["dynamodb"]["NewImage"], item("open", 1));
    assert_eq!(event["dynamodb"]["StreamViewType"], "NEW_AND_OLD_IMAGES");
    assert!(event["dynamodb"]["ApproximateCreationDateTime"].is_i64());
    assert!(event["dynamodb"]["SizeBytes"].as_i64().unwrap() > 0);
    assert_eq!(event["eventID"].as_str().unwrap().len(), 32);
}

#[tokio::test]
async fn trimming_keeps_the_newest_records() {
    let world = in_memory();
    for n in 0..5 {
        world.put("open", n).await;
    }
    let newest = world.gate.newest("chat").unwrap();
    assert_eq!(world.gate.trim("chat", newest).unwrap(), 0);
    assert_eq!(world.stream().last().unwrap().position, newest);
}

#[tokio::test]
async fn a_lost_answer_was_applied_or_not_as_planned() {
    let world = in_memory();
    let only = |set: fn(&mut Plan)| {
        let mut plan = Plan::default();
        set(&mut plan);
        world.gate.faults().set(Some(plan));
    };
    only(|plan| plan.lost_before = 1.0);
    assert_eq!((world.put("open", 1).await.status, world.count().await), (504, 0));
    only(|plan| plan.lost_after = 1.0);
    assert_eq!((world.put("open", 1).await.status, world.count().await), (504, 1));
    only(|plan| plan.throttle = 1.0);
    assert_eq!(world.put("open", 2).await.error_type().unwrap(), "ProvisionedThroughputExceededException");
    only(|plan| plan.internal_error = 1.0);
    assert_eq!(world.put("open", 2).await.status, 500);
    assert_eq!(world.gate.faults().struck()["internalError"], 1);
    world.gate.faults().set(None);
    assert_eq!((world.put("open", 2).await.status, world.count().await), (200, 2));
}

#[tokio::test]
async fn a_conflict_cancels_a_transaction_with_its_reasons() {
    let world = in_memory();
    world.gate.faults().set(Some(Plan { conflict: 1.0, ..Plan::default() }));
    let put = |n| json!({ "Put": { "TableName": "chat", "Item": item("open", n) } });
    let answer = world.call("TransactWriteItems", json!({ "TransactItems": [put(1), put(2)] })).await.json();
    let mut codes: Vec<_> =
        answer["CancellationReasons"].as_array().unwrap().iter().map(|r| &r["Code"]).collect();
    codes.sort_by_key(|code| code.to_string());
    assert_eq!(codes, ["None", "TransactionConflict"]);
    assert_eq!(world.count().await, 0);
}

#[tokio::test]
async fn what_a_batch_left_undone_can_be_sent_again() {
    let world = in_memory();
    world.gate.faults().set(Some(Plan { unprocessed: 1.0, ..Plan::default() }));
    let put = |n| json!({ "PutRequest": { "Item": item("open", n) } });
    let mut items = json!({ "chat": (0..20).map(put).collect::<Vec<_>>() });
    let mut calls = 0;
    while items["chat"].is_array() {
        let answer = world.call("BatchWriteItem", json!({ "RequestItems": items })).await;
        items = answer.json()["UnprocessedItems"].clone();
        calls += 1;
    }
    assert!(calls > 1, "everything was done at once");
    assert_eq!(world.count().await, 20);
}

#[tokio::test]
async fn a_hot_partition_is_throttled_and_others_are_not() {
    let world = in_memory();
    world.gate.limit_partitions(Some(Throughput { read: 10.0, write: 3.0 }));
    let mut refused = 0;
    for n in 0..40 {
        refused += usize::from(world.put("open-hot", n).await.status == 400);
    }
    assert!(refused > 0);
    assert_eq!(world.put("open-cold", 1).await.status, 200);
}

#[tokio::test]
async fn the_engine_s_own_limits_hold() {
    let world = in_memory();
    let mut row = item("open", 1);
    row["text"] = json!({ "S": "x".repeat(400 * 1024) });
    let refused = world.call("PutItem", json!({ "TableName": "chat", "Item": row })).await;
    assert_eq!(refused.error_type().unwrap(), "ValidationException");
    let put = |n| json!({ "Put": { "TableName": "chat", "Item": item("open", n) } });
    let many = json!({ "TransactItems": (0..101).map(put).collect::<Vec<_>>() });
    assert_eq!(world.call("TransactWriteItems", many).await.error_type().unwrap(), "ValidationException");
    assert_eq!(world.count().await, 0);
}

#[tokio::test]
async fn nonsense_is_refused_in_the_shape_of_aws() {
    let world = in_memory();
    let developer = Principal::Developer;
    let refused = world.gate.call(&developer, "PutItem", b"[]").await;
    assert_eq!(refused.error_type().unwrap(), "SerializationException");
    let refused = world.gate.call(&developer, "MakeCoffee", b"{}").await;
    assert_eq!(refused.error_type().unwrap(), "UnknownOperationException");
    let refused = world.gate.handle_http("Kinesis.PutRecord", &developer, b"{}").await;
    assert_eq!(refused.error_type().unwrap(), "UnknownOperationException");
    let missing = world.gate.call(&developer, "PutItem", br#"{"TableName":"chat"}"#).await;
    assert_eq!(missing.error_type().unwrap(), "ValidationException");
}

#[tokio::test]
async fn arns_name_the_region_of_the_template() {
    let world = in_memory();
    let developer = Principal::Developer;
    let table = world.gate.call(&developer, "DescribeTable", br#"{"TableName":"chat"}"#).await.json();
    assert_eq!(table["Table"]["TableArn"], "arn:aws:dynamodb:us-east-1:000000000000:table/chat");
    let stream = table["Table"]["LatestStreamArn"].clone();
    assert_eq!(stream, world.gate.stream_arn("chat"));
    let request = json!({ "StreamArn": stream }).to_string();
    let described =
        world.gate.handle_http("DynamoDBStreams_20120810.DescribeStream", &developer, request.as_bytes());
    assert_eq!(described.await.json()["StreamDescription"]["StreamArn"], stream);
}

#[tokio::test]
async fn a_folder_keeps_everything_and_is_opened_once() {
    let folder = Folder::new();
    let location = Location::Folder(folder.0.clone());
    let world = open(&location).unwrap();
    world.put("open", 1).await;
    world.gate.set_checkpoint("reader", Position::START).unwrap();
    assert!(matches!(open(&location), Err(OpenError::InUse(_))));
    drop(world);
    let world = open(&location).unwrap();
    assert_eq!((world.count().await, world.stream().len()), (1, 1));
    assert_eq!(world.gate.checkpoint("reader").unwrap(), Some(Position::START));
    assert_eq!(world.gate.checkpoint("other").unwrap(), None);
}

#[tokio::test]
async fn a_table_follows_the_template_s_indexes_but_not_its_keys() {
    let world = in_memory();
    let mut row = item("open", 1);
    row["owner"] = json!({ "S": "open-owner" });
    world.call("PutItem", json!({ "TableName": "chat", "Item": row })).await;
    let mut changed = chat_table();
    changed["AttributeDefinitions"][2]["AttributeName"] = "owner".into();
    changed["GlobalSecondaryIndexes"][0]["KeySchema"][0]["AttributeName"] = "owner".into();
    world.gate.ensure_table(&changed, Some("expiresAt")).unwrap();
    let query = json!({
        "TableName": "chat",
        "IndexName": "gsi1",
        "KeyConditionExpression": "#owner = :v",
        "ExpressionAttributeNames": { "#owner": "owner" },
        "ExpressionAttributeValues": { ":v": { "S": "open-owner" } },
    });
    assert_eq!(world.call("Query", query).await.json()["Count"], 1);
    changed["KeySchema"].as_array_mut().unwrap().truncate(1);
    assert!(matches!(world.gate.ensure_table(&changed, None), Err(OpenError::KeysChanged { .. })));
}

/// A folder of its own under the system's temporary one, gone with the test.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("local-aws-{}", crate::http::uuid()));
        Folder(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(Path::new(&self.0));
    }
}

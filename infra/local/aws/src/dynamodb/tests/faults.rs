use serde_json::json;

use super::{in_memory, item};
use crate::dynamodb::{Plan, Throughput};

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

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{in_memory, item, key};

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

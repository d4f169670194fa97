use local_core::journal::Journal;
use serde_json::json;

use super::{in_memory, item, key};

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

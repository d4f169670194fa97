use local_core::principal::Principal;
use serde_json::json;

use super::{chat_table, in_memory, item, key};
use crate::dynamodb::OpenError;

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

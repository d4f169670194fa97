//! Who is told of what.

use serde_json::json;

use super::sdk::{bytes, client};
use super::world;

#[tokio::test]
async fn a_function_is_told_of_what_is_put_below_its_prefix() {
    let world = world();
    let client = client(&world, "keeper");
    for key in ["uploads/a b+ä.png", "media/1"] {
        client.put_object().bucket("media").key(key).body(bytes("12345")).send().await.unwrap();
    }
    let told = world.told().await;
    assert_eq!(told.len(), 1);
    let (function, event) = &told[0];
    assert_eq!(function, "on-object-created");
    let record = &event["Records"][0];
    assert_eq!(record["eventName"], "ObjectCreated:Put");
    assert_eq!(record["eventSource"], "aws:s3");
    assert_eq!(
        record["s3"]["bucket"],
        json!({
            "name": "media", "arn": "arn:aws:s3:::media", "ownerIdentity": { "principalId": "000000000000" },
        })
    );
    let object = &record["s3"]["object"];
    assert_eq!(object["key"], "uploads/a+b%2B%C3%A4.png");
    assert_eq!((&object["size"], &object["eTag"]), (&json!(5), &json!("827ccb0eea8a706c4c34a16891f84e7b")));
}

#[tokio::test]
async fn what_fails_is_tried_twice_more_and_then_set_aside() {
    let world = world();
    let client = client(&world, "keeper");
    *world.watcher.failures.lock().unwrap() = 2;
    client.put_object().bucket("media").key("uploads/1").body(bytes("x")).send().await.unwrap();
    assert_eq!(world.told().await.len(), 1, "the third try succeeds");
    *world.watcher.failures.lock().unwrap() = 3;
    client.put_object().bucket("media").key("uploads/2").body(bytes("x")).send().await.unwrap();
    assert_eq!(world.told().await.len(), 1);
    let letter = world.queues.list(Some("failed")).unwrap().remove(0);
    assert_eq!(letter.attributes["ErrorMessage"], "TimedOut");
    assert!(world.bus.redrive(&letter).unwrap());
    let told = world.told().await;
    assert_eq!(told[1].1["Records"][0]["s3"]["object"]["key"], "uploads/2");
    assert!(world.queues.list(None).unwrap().is_empty());
}

#[tokio::test]
async fn event_bridge_is_told_of_everything() {
    let world = world();
    let client = client(&world, "keeper");
    client.put_object().bucket("media").key("a b").body(bytes("x")).send().await.unwrap();
    client.delete_object().bucket("media").key("a b").send().await.unwrap();
    client.delete_object().bucket("media").key("a b").send().await.unwrap();
    let told = world.told().await;
    assert_eq!(told.len(), 1, "only deletions have a rule, and of what was there: {told:?}");
    let (function, event) = &told[0];
    assert_eq!((function.as_str(), &event["source"]), ("count-deletions", &json!("aws.s3")));
    assert_eq!(event["detail"]["object"]["key"], "a b");
    assert_eq!(event["detail"]["reason"], "DeleteObject");
}

#[tokio::test]
async fn nobody_is_told_of_what_was_refused() {
    let world = world();
    let put = || client(&world, "keeper").put_object().bucket("media").key("uploads/1").body(bytes("x"));
    put().send().await.unwrap();
    put().if_none_match("*").send().await.unwrap_err();
    assert_eq!(world.told().await.len(), 1);
}

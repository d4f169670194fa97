//! `publishEvents` is for the publisher alone.

use serde_json::json;
use tests::{Credentials, World};

const DOCUMENT: &str =
    "mutation($input: PublishEventsInput!) { publishEvents(input: $input) { recipients events { id } } }";

#[tokio::test]
async fn no_other_function_publishes() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    world.settles().await;
    let mut ear = alice.listens().await;
    let input = json!({ "input": { "recipients": [alice.id], "events": "[]" } });
    let functions = world.look("functions").await;
    let names: Vec<_> =
        functions.as_array().into_iter().flatten().filter_map(|one| one["name"].as_str()).collect();
    assert!(names.contains(&"publish-changes") && names.len() > 50, "{names:?}");
    for name in names {
        let answer = Credentials::function(&world, name).await.asks(&world, DOCUMENT, &input).await;
        match name {
            "publish-changes" => assert_eq!(answer.reply().value()["recipients"], json!([alice.id])),
            _ => assert_eq!(answer.reply().error_type(), Some("Unauthorized"), "{name}"),
        }
    }
    world.settles().await;
    ear.catches_up().await;
    assert!(ear.events.is_empty(), "{:#?}", ear.events);
}

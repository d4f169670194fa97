//! What a message costs, whatever the size of the group.

use local_core::principal::Principal;
use serde_json::{Value, json};
use tests::chat::fresh;
use tests::{Person, World};
use uuid::Uuid;

use super::scale;

/// What one operation cost: round trips one after the other, read units, write units, functions invoked.
type Cost = (u64, f64, f64, Vec<Value>);

/// Makes people without signing them up: copies of somebody's profile, as a developer can write them.
async fn populate(world: &World, model: &Person, count: usize) -> Vec<String> {
    let table = world.cloud().deployment().tables[0].create["TableName"].clone();
    let gate = world.cloud().dynamodb();
    let key = json!({ "pk": { "S": format!("U#{}", model.id) }, "sk": { "S": "PROFILE" } });
    let get = json!({ "TableName": table, "Key": key });
    let answer = gate.call(&Principal::Developer, "GetItem", get.to_string().as_bytes()).await;
    let answer: Value = serde_json::from_slice(&answer.body).expect("JSON");
    let profile = answer["Item"].clone();
    assert_eq!(profile["userId"]["S"], model.id.as_str());
    let ids: Vec<_> = (0..count).map(|_| Uuid::new_v4().to_string()).collect();
    for id in &ids {
        let mut copy = profile.clone();
        copy["pk"] = json!({ "S": format!("U#{id}") });
        copy["userId"] = json!({ "S": id });
        let put = json!({ "TableName": table, "Item": copy });
        let answer = gate.call(&Principal::Developer, "PutItem", put.to_string().as_bytes()).await;
        assert_eq!(answer.status, 200);
    }
    ids
}

/// A group of so many, made as clients make it.
async fn group_of(world: &World, owner: &Person, count: usize) -> String {
    let others = populate(world, owner, count - 1).await;
    let talk = owner.gathers("many", &[]).await;
    for chunk in others.chunks(100) {
        let add = json!({ "conversationId": talk, "userIds": chunk });
        let results = owner.does("addMembers", add, "{ status }").await.value();
        assert!(results.as_array().unwrap().iter().all(|result| result["status"] == "ADDED"), "{results}");
    }
    let view = owner.looks_at(&talk).await.value();
    assert_eq!(view["memberCount"], count);
    talk
}

async fn cost_of_a_send(world: &World, sender: &Person, talk: &str) -> Cost {
    world.settles().await;
    let known = world.journal().await.len();
    assert!(known < 1_000, "nothing is forgotten meanwhile");
    let input = json!({ "id": fresh(), "conversationId": talk, "text": "what does this cost?" });
    sender.does("sendMessage", input, "{ id seq }").await.value();
    let journal = world.journal().await;
    let entry =
        journal[known..].iter().find(|entry| entry["name"] == "Mutation.sendMessage").expect("the send");
    assert_eq!(entry["outcome"], "ok");
    let invocations = entry["invocations"].as_array().cloned().unwrap_or_default();
    let units = |name: &str| entry[name].as_f64().expect("units");
    (entry["roundTrips"].as_u64().expect("a number"), units("readUnits"), units("writeUnits"), invocations)
}

async fn forgets_the_journal(world: &World) {
    world.http().delete(format!("{}/_local/journal", world.url())).send().await.expect("an answer");
}

#[tokio::test]
async fn a_send_costs_the_same_in_a_group_of_two_and_of_a_thousand() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let small = group_of(&world, &alice, 2).await;
    let large = group_of(&world, &alice, scale(200, 1_000)).await;
    world.settles().await;
    forgets_the_journal(&world).await;
    let in_small = cost_of_a_send(&world, &alice, &small).await;
    let in_large = cost_of_a_send(&world, &alice, &large).await;
    assert_eq!(in_small, (2, 6.0, 8.0, vec![json!("send-message")]));
    assert_eq!(in_large, in_small);
}

#[tokio::test]
async fn the_thousand_and_twenty_fifth_member_is_refused_and_nothing_is_written() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.gathers("all but full", &[]).await;
    let link = json!({ "id": fresh(), "conversationId": talk });
    let code = alice.does("createInviteLink", link, "{ code }").await.value();
    counts_members(&world, &talk, 1_023).await;
    let add = |id: &str| json!({ "conversationId": talk, "userIds": [id] });
    let ids = populate(&world, &alice, 2).await;
    assert_eq!(
        alice.does("addMembers", add(&ids[0]), "{ status }").await.value(),
        json!([{ "status": "ADDED" }])
    );
    let full = alice.looks_at(&talk).await.value();
    assert_eq!(full["memberCount"], 1_024);
    assert_eq!(
        alice.does("addMembers", add(&ids[1]), "{ status }").await.value(),
        json!([{ "status": "GROUP_FULL" }])
    );
    bob.does("joinByInviteLink", code, "{ id }").await.refused("LimitExceeded");
    assert_eq!(alice.looks_at(&talk).await.value(), full);
    bob.looks_at(&talk).await.refused("NotFound");
}

/// Lets a group believe that it has so many members.
async fn counts_members(world: &World, talk: &str, count: usize) {
    let table = world.cloud().deployment().tables[0].create["TableName"].clone();
    let update = json!({
        "TableName": table,
        "Key": { "pk": { "S": format!("C#{talk}") }, "sk": { "S": "HEAD" } },
        "UpdateExpression": "SET memberCount = :count",
        "ExpressionAttributeValues": { ":count": { "N": count.to_string() } },
    });
    let answer = world
        .cloud()
        .dynamodb()
        .call(&Principal::Developer, "UpdateItem", update.to_string().as_bytes())
        .await;
    assert_eq!(answer.status, 200);
}

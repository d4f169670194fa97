//! Joining groups: created with people, added, by a link; exact when many act at once, and once when repeated.

use std::collections::BTreeSet;

use futures::future::join_all;
use serde_json::{Value, json};
use tests::chat::fresh;
use tests::{Person, Reply, World};

const CREATED: &str =
    "{ conversation { id seq memberCount description } members { userId status member { role } } }";
const LINK: &str = "{ id code createdBy expiresAt maxUses uses revoked }";

fn statuses(results: &Value) -> Vec<&str> {
    results.as_array().into_iter().flatten().filter_map(|one| one["status"].as_str()).collect()
}

fn refusals(replies: &[Reply]) -> Vec<&str> {
    replies.iter().filter_map(Reply::error_type).collect()
}

/// A group of one's own.
async fn group(owner: &Person, members: &[&Person]) -> String {
    owner.gathers("a group", members).await
}

#[tokio::test]
async fn a_repeated_creation_does_not_bring_back_who_left() {
    let world = World::shared().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let input = json!({ "id": fresh(), "title": "x", "description": "for all", "memberIds": [carol.id, bob.id, alice.id] });
    let made = alice.does("createGroup", input.clone(), CREATED).await.value();
    assert_eq!(statuses(&made["members"]), ["ADDED", "ADDED", "ALREADY_MEMBER"]);
    assert_eq!(made["conversation"]["description"], "for all");
    assert_eq!(made["members"][2]["member"]["role"], "OWNER");
    let talk = made["conversation"]["id"].as_str().unwrap();
    bob.does("leaveConversation", json!({ "conversationId": talk }), "").await.value();

    let again = alice.does("createGroup", input, CREATED).await.value();
    assert_eq!(statuses(&again["members"]), ["ADDED", "ADDED", "ALREADY_MEMBER"], "what became of them then");
    assert_eq!(again["members"][1]["member"], Value::Null, "and who is a member now");
    assert_eq!(again["conversation"]["memberCount"], 2);
    bob.looks_at(talk).await.refused("NotFound");
}

#[tokio::test]
async fn sixteen_creations_at_once_are_one() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let input = json!({ "id": fresh(), "title": "x", "memberIds": [bob.id] });
    let replies = join_all((0..16).map(|_| alice.does("createGroup", input.clone(), CREATED))).await;
    let ids: BTreeSet<_> = replies
        .into_iter()
        .map(|reply| reply.value())
        .map(|made| {
            assert_eq!(statuses(&made["members"]), ["ADDED"]);
            made["conversation"]["id"].as_str().unwrap().to_owned()
        })
        .collect();
    let talk = alice.looks_at(ids.first().unwrap()).await.value();
    assert_eq!((ids.len(), talk["seq"].as_u64(), talk["memberCount"].as_u64()), (1, Some(2), Some(2)));
}

#[tokio::test]
async fn many_are_added_in_steps_and_nobody_twice() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let people = join_all((0..40).map(|number| world.person(["p", "q"][number % 2]))).await;
    let ids: Vec<_> = people.iter().map(|person| &person.id).collect();
    let talk = group(&alice, &[]).await;
    let add =
        || alice.does("addMembers", json!({ "conversationId": talk, "userIds": ids }), "{ userId status }");
    let replies: Vec<_> = join_all((0..3).map(|_| add())).await.into_iter().map(Reply::value).collect();
    for place in 0..40 {
        let outcomes = replies.iter().map(|reply| reply[place]["status"].as_str().unwrap());
        assert_eq!(outcomes.filter(|status| *status == "ADDED").count(), 1, "person {place}");
    }
    let seen = alice.looks_at(&talk).await.value();
    assert_eq!(
        (seen["memberCount"].as_u64(), seen["seq"].as_u64()),
        (Some(41), Some(3)),
        "two steps, two notices"
    );
    assert_eq!(seen["state"]["unreadCount"], 0, "what she did herself is read");

    let (mut listed, mut token) = (Vec::new(), Value::Null);
    let members = "query($id: ID!, $token: String) { listMembers(conversationId: $id, limit: 20, nextToken: $token) { items { userId user { id } } nextToken } }";
    loop {
        let page = alice.asks(members, json!({ "id": talk, "token": token })).await.value();
        listed.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["user"]["id"].as_str().unwrap().to_owned()),
        );
        token = page["nextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    let mut expected: Vec<_> = ids.into_iter().chain([&alice.id]).cloned().collect();
    expected.sort();
    assert_eq!(listed, expected);
}

#[tokio::test]
async fn people_say_who_may_add_them() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = group(&alice, &[]).await;
    let add =
        || alice.does("addMembers", json!({ "conversationId": talk, "userIds": [bob.id] }), "{ status }");
    for (audience, outcome) in [("NOBODY", "NOT_ALLOWED"), ("CONTACTS", "NOT_ALLOWED")] {
        let privacy = json!({ "privacy": { "groupInvites": audience } });
        bob.does("updatePreferences", privacy, "{ id }").await.value();
        assert_eq!(statuses(&add().await.value()), [outcome]);
    }
    bob.does("addContact", json!({ "userId": alice.id }), "{ userId }").await.value();
    assert_eq!(statuses(&add().await.value()), ["ADDED"]);
}

#[tokio::test]
async fn a_link_is_used_as_often_as_it_says_however_many_come_at_once() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let guests = join_all((0..8).map(|_| world.person("guest"))).await;
    let talk = group(&alice, &[]).await;
    let new = json!({ "id": fresh(), "conversationId": talk, "maxUses": 3 });
    let link = alice.does("createInviteLink", new.clone(), LINK).await.value();
    let code = json!({ "code": link["code"] });
    let replies =
        join_all(guests.iter().map(|guest| guest.does("joinByInviteLink", code.clone(), "{ id }"))).await;
    assert_eq!(refusals(&replies), ["NotFound"; 5]);
    let after = alice.does("createInviteLink", new, LINK).await.value();
    assert_eq!(after["uses"], 3, "the same id finds the link as it is");
    assert_eq!(alice.looks_at(&talk).await.value()["memberCount"], 4);
}

#[tokio::test]
async fn twenty_links_work_at_a_time() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let talk = group(&alice, &[]).await;
    let make = || alice.does("createInviteLink", json!({ "id": fresh(), "conversationId": talk }), LINK);
    let mut replies = Vec::new();
    for _ in 0..6 {
        replies.extend(join_all((0..4).map(|_| make())).await);
    }
    assert_eq!(refusals(&replies), ["LimitExceeded"; 4]);
    let first = replies.into_iter().find(|reply| reply.errors.is_empty()).unwrap().value();
    let end = json!({ "conversationId": talk, "code": first["code"] });
    alice.does("revokeInviteLink", end, LINK).await.value();
    make().await.value();
    make().await.refused("LimitExceeded");
}

#[tokio::test]
async fn a_link_ends_when_its_time_is_over() {
    let world = World::new().await;
    let [alice, mut bob] = world.people(["alice", "bob"]).await;
    let talk = group(&alice, &[]).await;
    let created = "query($id: ID!) { getConversation(conversationId: $id) { createdAt } }";
    let now = alice.asks(created, json!({ "id": talk })).await.value()["createdAt"].clone();
    let now: jiff::Timestamp = now.as_str().unwrap().parse().unwrap();
    let tomorrow = (now + jiff::SignedDuration::from_hours(24)).to_string();
    let new = json!({ "id": fresh(), "conversationId": talk, "expiresAt": tomorrow });
    let code = json!({ "code": alice.does("createInviteLink", new, LINK).await.value()["code"] });
    let look = "query($code: ID!) { getInviteLink(code: $code) { title joined } }";
    assert_eq!(bob.asks(look, code.clone()).await.value()["joined"], false);
    world.advances(25 * 3_600).await;
    bob.signs_in_again().await;
    let ended = bob.asks(look, code.clone()).await;
    ended.refused("NotFound");
    assert_eq!(ended, bob.asks(look, json!({ "code": "A".repeat(22) })).await);
    bob.does("joinByInviteLink", code, "{ id }").await.refused("NotFound");
}

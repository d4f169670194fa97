//! Conversations: what stays hidden, who may do what, and who hears of it.

use std::collections::BTreeSet;

use futures::future::join_all;
use serde_json::{Value, json};
use tests::chat::{CONVERSATION, fresh};
use tests::{Person, World};

const LINK: &str = "{ id code createdBy expiresAt maxUses uses revoked }";
const STATE: &str = "{ pinnedAt mutedUntil archived markedUnread draft clearedSeq unreadCount version }";

/// A group of one's own.
async fn group(owner: &Person, members: &[&Person]) -> String {
    owner.gathers("a group", members).await
}

#[tokio::test]
async fn a_pair_that_starts_at_once_has_one_conversation() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let starts = (0..8).map(|turn| if turn % 2 == 0 { alice.meets(&bob) } else { bob.meets(&alice) });
    let talks: BTreeSet<_> = join_all(starts).await.into_iter().collect();
    assert_eq!(talks.len(), 1);
    let talk = talks.first().unwrap();
    let people = "query($id: ID!) { getConversation(conversationId: $id) { memberCount lastMessage { seq } participants { id displayName } } }";
    let seen = bob.asks(people, json!({ "id": talk })).await.value();
    assert_eq!((seen["memberCount"].as_u64(), &seen["lastMessage"]), (Some(2), &Value::Null));
    assert_eq!(seen["participants"].as_array().unwrap().len(), 2);
    assert_eq!(alice.looks_at(&alice.meets(&alice).await).await.value()["memberCount"], 1, "notes");
}

#[tokio::test]
async fn a_block_cannot_be_told_from_nobody() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    bob.does("blockUser", json!({ "userId": alice.id }), "{ userId }").await.value();
    let blocked = alice.does("createDirectConversation", json!({ "userId": bob.id }), "{ id }").await;
    let nobody = alice.does("createDirectConversation", json!({ "userId": fresh() }), "{ id }").await;
    blocked.refused("NotFound");
    assert_eq!(blocked, nobody);
    bob.does("createDirectConversation", json!({ "userId": alice.id }), "{ id }").await.refused("Forbidden");
    let input = json!({ "id": fresh(), "title": "x", "memberIds": [bob.id, fresh()] });
    let made = alice.does("createGroup", input, "{ members { status } }").await.value();
    let not_allowed = json!({ "status": "NOT_ALLOWED" });
    assert_eq!(made["members"], json!([not_allowed, not_allowed]));
}

#[tokio::test]
async fn a_stranger_cannot_tell_a_group_from_none() {
    let world = World::shared().await;
    let [alice, mallory] = world.people(["alice", "mallory"]).await;
    let (real, none) = (group(&alice, &[]).await, format!("g-{}", "0".repeat(32)));
    let attempts: [(&str, Value, &str); 7] = [
        ("updateGroup", json!({ "title": "x" }), "{ id }"),
        ("addMembers", json!({ "userIds": [mallory.id] }), "{ status }"),
        ("removeMember", json!({ "userId": alice.id }), "{ id }"),
        ("setMemberRole", json!({ "userId": alice.id, "role": "MEMBER" }), "{ role }"),
        ("createInviteLink", json!({ "id": fresh() }), LINK),
        ("updateMyConversation", json!({ "pinned": true }), STATE),
        ("clearConversation", json!({}), STATE),
    ];
    for (mutation, input, wanted) in attempts {
        let aimed = |talk: &str| {
            let mut input = input.clone();
            input["conversationId"] = json!(talk);
            mallory.does(mutation, input, wanted)
        };
        let denied = aimed(&real).await;
        denied.refused("NotFound");
        assert_eq!(denied, aimed(&none).await, "{mutation}");
    }
    for talk in [&real, &none] {
        let members = "query($id: ID!) { listMembers(conversationId: $id) { items { userId } } }";
        mallory.asks(members, json!({ "id": talk })).await.refused("NotFound");
        mallory.looks_at(talk).await.refused("NotFound");
        mallory.does("leaveConversation", json!({ "conversationId": talk }), "").await.value();
    }
    assert_eq!(alice.looks_at(&real).await.value()["seq"], 1, "nothing was written");
}

#[tokio::test]
async fn who_is_removed_sends_nothing_from_then_on() {
    let world = World::shared().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let talk = group(&alice, &[&bob, &carol]).await;
    let first = bob.sends(&talk, "first").await["seq"].as_u64().unwrap();
    let sends = async {
        let mut last = first;
        loop {
            let reply = bob.tries_to_send(&talk, "again").await;
            match reply.error_type() {
                Some("NotFound") => return last,
                Some(_) => assert!(reply.is_passing(), "{reply:?}"),
                None => last = reply.value()["seq"].as_u64().unwrap(),
            }
        }
    };
    let removes = async {
        let input = json!({ "conversationId": talk, "userId": bob.id });
        alice.does("removeMember", input, "{ lastMessage { seq notice { type } } }").await.value()
    };
    let (last, _) = futures::join!(sends, removes);
    assert_eq!(carol.looks_at(&talk).await.value()["memberCount"], 2);
    let log = alice.reads(&talk).await;
    let removal = log.iter().find(|one| one["notice"]["type"] == "MEMBER_REMOVED").unwrap();
    assert_eq!(removal["seq"].as_u64(), Some(last + 1), "no message of bob's after it, no hole before it");
    assert_eq!(log.len() as u64, last + 1);
    assert_eq!(removal["notice"]["targetIds"], json!([bob.id]));
}

#[tokio::test]
async fn roles_decide_and_somebody_always_owns() {
    let world = World::shared().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let talk = group(&alice, &[&bob, &carol]).await;
    let role = |by: &Person, whose: &Person, role: &str| {
        let input = json!({ "conversationId": talk, "userId": whose.id, "role": role });
        let by = by.clone();
        async move { by.does("setMemberRole", input, "{ userId role user { id } }").await }
    };
    role(&alice, &alice, "MEMBER").await.refused("Forbidden");
    assert_eq!(role(&alice, &bob, "ADMIN").await.value()["user"]["id"], bob.id.as_str());
    let rev = alice.looks_at(&talk).await.value()["rev"].clone();
    role(&alice, &bob, "ADMIN").await.value();
    assert_eq!(alice.looks_at(&talk).await.value()["rev"], rev, "the same role again is no change");
    role(&bob, &carol, "ADMIN").await.refused("Forbidden");
    let remove = |whose: &Person| json!({ "conversationId": talk, "userId": whose.id });
    bob.does("removeMember", remove(&alice), "{ id }").await.refused("Forbidden");
    bob.does("removeMember", remove(&bob), "{ id }").await.refused("BadRequest");
    assert_eq!(bob.does("removeMember", remove(&carol), CONVERSATION).await.value()["memberCount"], 2);
    role(&alice, &bob, "OWNER").await.value();
    let (one, other) = futures::join!(role(&alice, &alice, "MEMBER"), role(&bob, &bob, "MEMBER"));
    let kept = [&one, &other].into_iter().filter(|reply| !reply.errors.is_empty()).count();
    assert_eq!(kept, 1, "one of the two stays owner: {one:?} {other:?}");
}

#[tokio::test]
async fn what_does_not_change_takes_no_number() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = group(&alice, &[&bob]).await;
    let update = |what: Value| {
        let mut input = what;
        input["conversationId"] = json!(talk);
        alice.does("updateGroup", input, "{ title description rev seq policy { editInfo } }")
    };
    let change = json!({ "title": "new", "description": "why", "policy": { "editInfo": "ADMIN" } });
    let changed = update(change.clone()).await.value();
    assert_eq!((changed["rev"].as_u64(), changed["description"].as_str()), (Some(1), Some("why")));
    assert_eq!(update(change).await.value(), changed);
    assert_eq!(update(json!({ "description": "" })).await.value()["description"], Value::Null);
    bob.does("updateGroup", json!({ "conversationId": talk, "title": "mine" }), "{ id }")
        .await
        .refused("Forbidden");
    let direct = alice.meets(&bob).await;
    alice
        .does("updateGroup", json!({ "conversationId": direct, "title": "x" }), "{ id }")
        .await
        .refused("BadRequest");
}

fn is(kind: &'static str) -> impl Fn(&Value) -> bool {
    move |event| event["type"] == kind
}

#[tokio::test]
async fn changes_of_a_group_are_heard_by_all_its_members() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = group(&alice, &[&bob]).await;
    world.settles().await;
    let mut ear = bob.listens().await;
    let change = json!({ "conversationId": talk, "title": "renamed" });
    alice.does("updateGroup", change, "{ id }").await.value();
    let changed = ear.hears("the title", is("CONVERSATION_CHANGED")).await;
    assert_eq!((changed["rev"].as_u64(), &changed["conversation"]["title"]), (Some(1), &json!("renamed")));
    let role = json!({ "conversationId": talk, "userId": bob.id, "role": "ADMIN" });
    alice.does("setMemberRole", role, "{ role }").await.value();
    let promoted = ear.hears("the role", is("MEMBER_CHANGED")).await;
    assert_eq!((promoted["rev"].as_u64(), &promoted["member"]["role"]), (Some(2), &json!("ADMIN")));

    let synced = bob.syncs(&talk, 2, 0, 100).await;
    let synced = synced["events"].as_array().unwrap();
    assert_eq!(synced[1], promoted, "the same by sync as live");
    assert_eq!(synced[0]["id"], changed["id"]);
    assert_eq!(synced[0]["conversation"]["rev"], 2, "as it is now");
    assert_eq!(synced.len(), 2);
}

#[tokio::test]
async fn who_joins_by_a_link_is_seen_and_told() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = group(&alice, &[]).await;
    let new = json!({ "id": fresh(), "conversationId": talk });
    let link = alice.does("createInviteLink", new, LINK).await.value();
    let (mut hers, mut his) = (alice.listens().await, bob.listens().await);
    bob.does("joinByInviteLink", json!({ "code": link["code"] }), "{ id }").await.value();
    let notice =
        hers.hears("the notice", |event| event["message"]["notice"]["type"] == "MEMBER_JOINED").await;
    assert_eq!(notice["message"]["notice"]["actorId"], bob.id.as_str());
    his.hears("joining", is("CONVERSATION_JOINED")).await;
    bob.does("leaveConversation", json!({ "conversationId": talk }), "").await.value();
    hers.hears("leaving", |event| event["message"]["notice"]["type"] == "MEMBER_LEFT").await;
    his.hears("leaving", is("CONVERSATION_LEFT")).await;
}

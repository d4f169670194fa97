//! Groups: coming, going, and who may do what.

use serde_json::{Value, json};
use tests::World;
use tests::chat::{CONVERSATION, fresh};

#[tokio::test]
async fn a_group_is_created_once_with_its_members() {
    let world = World::shared().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let input = json!({ "id": fresh(), "title": "hikers", "memberIds": [bob.id, carol.id] });
    let wanted = "{ conversation { id memberCount seq } members { userId status } }";
    let made = alice.does("createGroup", input.clone(), wanted).await.value();
    assert_eq!(made["conversation"]["memberCount"], 3);
    let again = alice.does("createGroup", input.clone(), wanted).await.value();
    assert_eq!(again["conversation"], made["conversation"]);
    let mut other = input;
    other["title"] = json!("climbers");
    alice.does("createGroup", other, wanted).await.refused("Conflict");

    let talk = made["conversation"]["id"].as_str().unwrap().to_owned();
    let members =
        "query($id: ID!) { listMembers(conversationId: $id) { items { userId role user { displayName } } } }";
    let members = bob.asks(members, json!({ "id": talk })).await.value();
    let roles: Vec<_> =
        members["items"].as_array().unwrap().iter().map(|member| member["role"].clone()).collect();
    assert_eq!(roles.iter().filter(|role| **role == "OWNER").count(), 1);
    assert_eq!(roles.len(), 3);
}

#[tokio::test]
async fn new_members_see_what_follows_or_all_by_setting() {
    let world = World::shared().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let talk = alice.gathers("book club", &[]).await;
    alice.sends(&talk, "before").await;
    let add = |id: &str| json!({ "conversationId": talk, "userIds": [id] });
    alice.does("addMembers", add(&bob.id), "{ status }").await.value();
    alice.sends(&talk, "after").await;
    assert_eq!(bob.texts(&talk).await, ["after"]);
    let update = json!({ "conversationId": talk, "policy": { "history": "ALL" } });
    alice.does("updateGroup", update, CONVERSATION).await.value();
    alice.does("addMembers", add(&carol.id), "{ status }").await.value();
    assert_eq!(carol.texts(&talk).await, ["before", "after"]);
    assert_eq!(bob.texts(&talk).await, ["after"], "for those who joined before nothing changes");
}

#[tokio::test]
async fn the_removed_lose_everything_at_once() {
    let world = World::shared().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let talk = alice.gathers("team", &[&bob, &carol]).await;
    let message = alice.sends(&talk, "for the team").await;
    let input = json!({ "conversationId": talk, "userId": bob.id });
    carol.does("removeMember", input.clone(), CONVERSATION).await.refused("Forbidden");
    alice.does("removeMember", input.clone(), CONVERSATION).await.value();
    alice.does("removeMember", input, CONVERSATION).await.value();

    bob.looks_at(&talk).await.refused("NotFound");
    bob.tries_to_send(&talk, "hello?").await.refused("NotFound");
    bob.has_read(&talk, 1).await.refused("NotFound");
    let get = "query($c: ID!, $m: ID!) { getMessage(conversationId: $c, messageId: $m) { text } }";
    bob.asks(get, json!({ "c": talk, "m": message["id"] })).await.refused("NotFound");
    assert!(bob.chat_list().await.is_empty());
    assert_eq!(carol.looks_at(&talk).await.value()["memberCount"], 2);
}

#[tokio::test]
async fn the_last_owner_is_succeeded() {
    let world = World::shared().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let talk = alice.gathers("heirs", &[&bob, &carol]).await;
    let role = json!({ "conversationId": talk, "userId": carol.id, "role": "ADMIN" });
    bob.does("setMemberRole", role.clone(), "{ role }").await.refused("Forbidden");
    alice.does("setMemberRole", role, "{ role }").await.value();
    alice.does("leaveConversation", json!({ "conversationId": talk }), "").await.value();
    assert_eq!(carol.looks_at(&talk).await.value()["state"]["role"], "OWNER", "an admin before members");
    carol.does("leaveConversation", json!({ "conversationId": talk }), "").await.value();
    assert_eq!(bob.looks_at(&talk).await.value()["state"]["role"], "OWNER");
}

#[tokio::test]
async fn in_an_announcement_group_only_admins_send() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.gathers("news", &[&bob]).await;
    let update = json!({ "conversationId": talk, "policy": { "send": "ADMIN" } });
    bob.does("updateGroup", update.clone(), CONVERSATION).await.refused("Forbidden");
    alice.does("updateGroup", update, CONVERSATION).await.value();
    bob.tries_to_send(&talk, "me too").await.refused("Forbidden");
    alice.sends(&talk, "today's news").await;
}

#[tokio::test]
async fn an_invite_link_lets_in_as_often_as_it_says() {
    let world = World::new().await;
    let [alice, bob, carol, mut dan] = world.people(["alice", "bob", "carol", "dan"]).await;
    let talk = alice.gathers("party", &[]).await;
    let input = json!({ "id": fresh(), "conversationId": talk, "maxUses": 2 });
    let wanted = "{ id code uses maxUses revoked }";
    let link = alice.does("createInviteLink", input.clone(), wanted).await.value();
    assert_eq!(alice.does("createInviteLink", input, wanted).await.value(), link);
    let code = json!({ "code": link["code"] });
    let preview = "query($code: ID!) { getInviteLink(code: $code) { title memberCount joined } }";
    let seen = bob.asks(preview, code.clone()).await.value();
    assert_eq!(seen, json!({ "title": "party", "memberCount": 1, "joined": false }));
    for person in [&bob, &bob, &carol] {
        let joined = person.does("joinByInviteLink", code.clone(), "{ id }").await.value();
        assert_eq!(joined["id"], talk.as_str());
    }
    dan.does("joinByInviteLink", code.clone(), "{ id }").await.refused("NotFound");

    let soon = "9999-12-31T00:00:00Z";
    let far = json!({ "id": fresh(), "conversationId": talk, "expiresAt": soon });
    alice.does("createInviteLink", far, wanted).await.refused("BadRequest");
    let open = alice
        .does("createInviteLink", json!({ "id": fresh(), "conversationId": talk }), wanted)
        .await
        .value();
    let revoke = json!({ "conversationId": talk, "code": open["code"] });
    bob.does("revokeInviteLink", revoke.clone(), wanted).await.refused("Forbidden");
    assert_eq!(alice.does("revokeInviteLink", revoke, wanted).await.value()["revoked"], true);
    dan.signs_in_again().await;
    dan.asks(preview, json!({ "code": open["code"] })).await.refused("NotFound");
}

#[tokio::test]
async fn my_state_is_mine() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let mut talks = Vec::new();
    for title in ["a", "b", "c", "d"] {
        talks.push(alice.gathers(title, &[&bob]).await);
    }
    let change = |talk: &str, what: Value| {
        let mut input = json!({ "conversationId": talk });
        input.as_object_mut().unwrap().extend(what.as_object().unwrap().clone());
        input
    };
    let wanted = "{ pinnedAt archived markedUnread mutedUntil draft version }";
    for talk in &talks[..3] {
        bob.does("updateMyConversation", change(talk, json!({ "pinned": true })), wanted).await.value();
    }
    bob.does("updateMyConversation", change(&talks[3], json!({ "pinned": true })), wanted)
        .await
        .refused("LimitExceeded");
    bob.does("updateMyConversation", change(&talks[0], json!({ "archived": true, "draft": "dear" })), wanted)
        .await
        .value();
    let list = bob.chat_list().await;
    assert_eq!(list.len(), 3, "archived ones are apart");
    assert_eq!(list[2]["id"], talks[3].as_str(), "pinned ones are first");
    assert_eq!(alice.chat_list().await.len(), 4);
    assert_eq!(bob.looks_at(&talks[0]).await.value()["state"]["draft"], "dear");
}

//! Conversations and their members. Last, because it sends people away.

use serde_json::json;
use tests::chat::fresh;

use super::ledger::Ledger;
use super::scene::{CONVERSATION, STATE, Scene};

const MEMBER: &str = "{ userId role joinedAt active }";
const LINK: &str = "{ id code uses revoked }";

pub(super) async fn count(ledger: &mut Ledger, scene: &Scene) {
    reading(ledger, scene).await;
    own(ledger, scene).await;
    coming(ledger, scene).await;
    going(ledger, scene).await;
}

async fn reading(ledger: &mut Ledger, scene: &Scene) {
    let get = format!("query($id: ID!) {{ getConversation(conversationId: $id) {CONVERSATION} }}");
    for (case, talk) in scene.sizes() {
        ledger.counts("getConversation", case, scene.alice.asks(&get, json!({ "id": talk }))).await;
    }
    let with_people = CONVERSATION.replace("participantIds", "participants { id displayName }");
    let described = CONVERSATION.replace("title", "title description");
    let cases = [
        ("25 of 50", CONVERSATION),
        ("25 of 50, with people", &with_people),
        ("25 of 50, with descriptions", &described),
    ];
    for (case, wanted) in cases {
        let list = format!("{{ listConversations(limit: 25) {{ items {wanted} nextToken }} }}");
        ledger.counts("listConversations", case, scene.alice.asks(&list, json!({}))).await;
    }
    let list = format!(
        "query($id: ID!) {{ listMembers(conversationId: $id, limit: 100) {{ items {MEMBER} nextToken }} }}"
    );
    let with_people = list.replace("userId", "userId user { displayName }");
    let cases = [
        ("group of 10", &scene.ten, &list),
        ("group of 100", &scene.hundred, &list),
        ("group of 100, with people", &scene.hundred, &with_people),
    ];
    for (case, talk, document) in cases {
        ledger.counts("listMembers", case, scene.alice.asks(document, json!({ "id": talk }))).await;
    }
}

async fn own(ledger: &mut Ledger, scene: &Scene) {
    let (alice, talk) = (&scene.alice, &scene.direct);
    let steps = [
        ("pinned", json!({ "conversationId": talk, "pinned": true })),
        ("archived", json!({ "conversationId": talk, "archived": true })),
        ("a draft", json!({ "conversationId": talk, "draft": "Well," })),
        ("the same again", json!({ "conversationId": talk, "draft": "Well," })),
    ];
    for (case, input) in steps {
        ledger.counts("updateMyConversation", case, alice.does("updateMyConversation", input, STATE)).await;
    }
    let request = alice.does("clearConversation", json!({ "conversationId": talk }), STATE);
    ledger.counts("clearConversation", "", request).await;
}

async fn coming(ledger: &mut Ledger, scene: &Scene) {
    let Scene { alice, bob, nora, ten, hundred, .. } = scene;
    for (case, talk) in [("group of 10", ten), ("group of 100", hundred)] {
        let input = json!({ "conversationId": talk, "title": "counted again" });
        ledger.counts("updateGroup", case, alice.does("updateGroup", input, CONVERSATION)).await;
        let input = json!({ "conversationId": talk, "userId": bob.id, "role": "ADMIN" });
        ledger.counts("setMemberRole", case, alice.does("setMemberRole", input, MEMBER)).await;
    }
    let newcomers: Vec<_> = scene.others[10..20].iter().map(|person| &person.id).collect();
    for (case, people) in [("1 to a group of 10", &newcomers[..1]), ("9 to a group of 11", &newcomers[1..])] {
        let input = json!({ "conversationId": ten, "userIds": people });
        ledger.counts("addMembers", case, alice.does("addMembers", input, "{ userId status }")).await;
    }
    let input = json!({ "id": fresh(), "conversationId": hundred });
    let link = ledger.counts("createInviteLink", "", alice.does("createInviteLink", input, LINK)).await;
    let look = "query($code: ID!) { getInviteLink(code: $code) { conversationId title memberCount joined } }";
    ledger.counts("getInviteLink", "", nora.asks(look, json!({ "code": link["code"] }))).await;
    let join = json!({ "code": link["code"] });
    let request = nora.does("joinByInviteLink", join.clone(), CONVERSATION);
    ledger.counts("joinByInviteLink", "group of 100", request).await;
    let request = nora.does("joinByInviteLink", join, CONVERSATION);
    ledger.counts("joinByInviteLink", "a member already", request).await;
    let input = json!({ "conversationId": hundred, "code": link["code"] });
    ledger.counts("revokeInviteLink", "", alice.does("revokeInviteLink", input, LINK)).await;
}

async fn going(ledger: &mut Ledger, scene: &Scene) {
    let groups = [("group of 20", &scene.ten, 19), ("group of 101", &scene.hundred, 97)];
    for (case, talk, last) in groups {
        let input = json!({ "conversationId": talk, "userId": scene.others[last].id });
        ledger.counts("removeMember", case, scene.alice.does("removeMember", input, "{ id }")).await;
        let leave = |who: &tests::Person| {
            let (who, input) = (who.clone(), json!({ "conversationId": talk }));
            async move { who.asks(LEAVE, json!({ "input": input })).await }
        };
        let member = &scene.others[1];
        ledger.counts("leaveConversation", &format!("a member, {case}"), leave(member)).await;
        ledger.counts("leaveConversation", &format!("the owner, {case}"), leave(&scene.alice)).await;
    }
}

const LEAVE: &str = "mutation($input: LeaveConversationInput!) { leaveConversation(input: $input) }";

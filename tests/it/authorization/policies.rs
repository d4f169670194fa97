//! Groups in which one right is kept for admins, one group for each right, so that none can be taken for another.

use std::collections::HashMap;

use serde_json::json;
use tests::chat::Talk;

use super::row::Kind;
use super::scene::{Scene, id_of};

/// What a right is called in a policy, the group in which admins have it, and a message in that group.
const RIGHTS: [(&str, &str, &str); 3] = [
    ("send", "announcing", "announcement"),
    ("editInfo", "curated", "curatedMessage"),
    ("addMembers", "guarded", "guardedMessage"),
];

/// The groups, and what was said in the first of them while everybody could.
pub(crate) struct Restricted {
    talks: HashMap<&'static str, Talk>,
    said: HashMap<String, String>,
}

impl Restricted {
    pub(super) fn is_group(name: &str) -> bool {
        RIGHTS.iter().any(|(_, group, _)| *group == name)
    }

    pub(super) fn is_message(name: &str) -> bool {
        name == "saidBefore" || RIGHTS.iter().any(|(_, _, message)| *message == name)
    }

    /// Makes them, with the members of the scene in the same roles as in its group.
    pub(super) async fn of(scene: &Scene) -> Restricted {
        let everybody = [&scene.admin, &scene.member, &scene.other, &scene.removed];
        let (mut talks, mut said) = (HashMap::new(), HashMap::new());
        for (right, name, _) in RIGHTS {
            let talk = scene.owner.gathers(name, &everybody).await;
            let role = json!({ "conversationId": talk, "userId": scene.admin.id, "role": "ADMIN" });
            scene.owner.does("setMemberRole", role, "{ role }").await.value();
            if right == "send" {
                for person in [&scene.owner, &scene.admin, &scene.member, &scene.other] {
                    said.insert(person.id.clone(), id_of(&person.sends(&talk, "while I may").await));
                }
            }
            let policy = json!({ "conversationId": talk, "policy": { right: "ADMIN" } });
            scene.owner.does("updateGroup", policy, "{ id }").await.value();
            let gone = json!({ "conversationId": talk, "userId": scene.removed.id });
            scene.owner.does("removeMember", gone, "{ id }").await.value();
            talks.insert(name, talk);
        }
        Restricted { talks, said }
    }

    /// What stands for a name; a message is the owner's, a new one each time.
    pub(super) async fn value(&self, name: &str, scene: &Scene, kind: Kind) -> String {
        if let Some(talk) = self.talks.get(name) {
            return talk.clone();
        }
        if name == "saidBefore" {
            let own = scene.person(kind).and_then(|person| self.said.get(&person.id));
            return own.unwrap_or(&self.said[&scene.other.id]).clone();
        }
        let of_message = RIGHTS.iter().find(|(_, _, message)| *message == name);
        let (_, group, _) = of_message.unwrap_or_else(|| panic!("the scene has no ${name}"));
        id_of(&scene.owner.sends(&self.talks[group], "hear, hear").await)
    }
}

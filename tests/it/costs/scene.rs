//! The people and conversations among whom everything is counted.

use serde_json::{Value, json};
use tests::chat::fresh;
use tests::{Ear, Person, Reply, World};

use super::ledger::Ledger;

/// What is asked of a message: all that is stored with it, and nothing that has to be looked up elsewhere.
pub(super) const MESSAGE: &str = "{ id conversationId seq rev senderId kind text mentions replyToSeq forwardCount
  createdAt editedAt deletedAt reactions { emoji count userIds } pinnedAt notice { type actorId targetIds } }";
/// What is asked of a conversation, in the same way.
pub(super) const CONVERSATION: &str = "{ id kind title memberCount participantIds seq rev
  lastMessage { seq senderId text } policy { send } updatedAt state { role readSeq unreadCount pinnedAt version } }";
/// What is asked of one's own state.
pub(super) const STATE: &str = "{ conversationId readSeq deliveredSeq pinnedAt archived clearedSeq version }";
/// A message as people write them.
pub(super) const TEXT: &str = "Shall we meet at eight in front of the station, as last week?";

/// A hundred people, each with one device that listens, and alice in fifty conversations.
pub(super) struct Scene {
    pub(super) alice: Person,
    pub(super) bob: Person,
    /// The other 98.
    pub(super) others: Vec<Person>,
    /// Somebody who is in no conversation.
    pub(super) nora: Person,
    /// Alice and bob.
    pub(super) direct: String,
    /// Alice, bob and eight of the others.
    pub(super) ten: String,
    /// Everybody but nora.
    pub(super) hundred: String,
    /// The devices, in the order alice, bob, others.
    pub(super) ears: Vec<Ear>,
}

impl Scene {
    pub(super) async fn new(world: &World, ledger: &mut Ledger) -> Scene {
        let [alice, bob, nora] = world.people(["alice", "bob", "nora"]).await;
        let names: Vec<_> = (0..98).map(|number| format!("member{number:02}")).collect();
        let others = futures::future::join_all(names.iter().map(|name| world.person(name))).await;
        let direct = create_direct(ledger, "new", &alice, &bob).await;
        create_direct(ledger, "there already", &alice, &bob).await;
        create_direct(ledger, "notes", &alice, &alice).await;
        create_group(ledger, "alone", &alice, &[]).await;
        let near: Vec<_> = std::iter::once(&bob).chain(&others[..8]).collect();
        let ten = create_group(ledger, "with 9 others", &alice, &near).await;
        let all: Vec<_> = std::iter::once(&bob).chain(&others).collect();
        let hundred = create_group(ledger, "with 99 others", &alice, &all).await;
        // With the five above, fifty.
        for other in &others[..45] {
            alice.meets(other).await;
        }
        world.settles().await;
        let devices = [&alice, &bob].into_iter().chain(&others).map(Person::listens);
        let ears = futures::future::join_all(devices).await;
        Scene { alice, bob, others, nora, direct, ten, hundred, ears }
    }

    /// The conversations by size, with bob in each of them.
    pub(super) fn sizes(&self) -> [(&'static str, &str); 3] {
        [("direct", &self.direct), ("group of 10", &self.ten), ("group of 100", &self.hundred)]
    }
}

/// Sends a message of the usual length, with whatever else is given.
pub(super) async fn sends(sender: &Person, talk: &str, more: Value) -> Reply {
    let mut input = json!({ "id": fresh(), "conversationId": talk, "text": TEXT });
    for (name, value) in more.as_object().into_iter().flatten() {
        input[name] = value.clone();
    }
    sender.does("sendMessage", input, MESSAGE).await
}

async fn create_direct(ledger: &mut Ledger, case: &str, one: &Person, other: &Person) -> String {
    let input = json!({ "userId": other.id });
    let request = one.does("createDirectConversation", input, CONVERSATION);
    let made = ledger.counts("createDirectConversation", case, request).await;
    made["id"].as_str().expect("an id").to_owned()
}

async fn create_group(ledger: &mut Ledger, case: &str, owner: &Person, others: &[&Person]) -> String {
    let members: Vec<_> = others.iter().map(|person| &person.id).collect();
    let input = json!({ "id": fresh(), "title": "counted", "memberIds": members });
    let wanted = format!("{{ conversation {CONVERSATION} members {{ userId status }} }}");
    let request = owner.does("createGroup", input, &wanted);
    let made = if others.is_empty() {
        ledger.counts("createGroup", case, request).await
    } else {
        ledger.counts_steps("createGroup", case, request).await
    };
    let members = made["members"].as_array().expect("a list");
    assert!(members.iter().all(|member| member["status"] == "ADDED"), "{members:#?}");
    made["conversation"]["id"].as_str().expect("an id").to_owned()
}

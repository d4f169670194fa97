//! The people of the matrix, and what they have together.

use std::collections::HashMap;
use std::sync::Mutex;

use serde_json::{Value, json};
use tests::chat::{Talk, fresh};
use tests::{Credentials, File, Person, World};
use tokio::sync::OnceCell;

use super::policies::Restricted;
use super::row::Kind;

/// How many messages of each side the closed conversation has: every use takes one.
const CLOSED_MESSAGES: usize = 24;

/// A group, a closed conversation, and one between others, with a caller of each kind.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) owner: Person,
    pub(crate) admin: Person,
    pub(crate) member: Person,
    pub(crate) other: Person,
    pub(crate) removed: Person,
    pub(crate) blocked: Person,
    pub(crate) stranger: Person,
    pub(crate) group: Talk,
    spare: Talk,
    party_code: String,
    private: Talk,
    closed: Talk,
    closed_theirs: Mutex<Vec<String>>,
    closed_own: Mutex<Vec<String>>,
    closed_reply: String,
    closed_picture: String,
    standing: Mutex<HashMap<String, String>>,
    restricted: OnceCell<Restricted>,
    guest: Credentials,
    identity: Credentials,
}

/// Which things a request names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// What is there, the same each time: for those who may not touch it.
    Real,
    /// What is there, made for this request: for those who may.
    Fresh,
    /// Somebody else's direct conversation in place of the group.
    Private,
    /// The group that is there, and a message that is not.
    NoMessage,
    /// What is not there.
    Nothing,
    /// A direct conversation that is not there.
    NoDirect,
}

impl Scene {
    pub(crate) async fn new() -> Scene {
        let world = World::new().await;
        let names = ["owner", "admin", "member", "other", "removed", "blocked", "stranger"];
        let [owner, admin, member, other, removed, blocked, stranger] = world.people(names).await;
        let everybody = [&admin, &member, &other, &removed];
        let group = owner.gathers("group", &everybody).await;
        let spare = owner.gathers("spare", &[&admin, &member]).await;
        for talk in [&group, &spare] {
            let role = json!({ "conversationId": talk, "userId": admin.id, "role": "ADMIN" });
            owner.does("setMemberRole", role, "{ role }").await.value();
        }
        owner
            .does("removeMember", json!({ "conversationId": group, "userId": removed.id }), "{ id }")
            .await
            .value();
        let party_code = link(&owner, &owner.gathers("party", &[]).await).await;
        let private = owner.meets(&member).await;
        owner.sends(&private, "between us").await;

        let closed = owner.meets(&blocked).await;
        let (mut closed_theirs, mut closed_own) = (Vec::new(), Vec::new());
        for _ in 0..CLOSED_MESSAGES {
            closed_theirs.push(id_of(&owner.sends(&closed, "still friends").await));
            closed_own.push(id_of(&blocked.sends(&closed, "still friends").await));
        }
        let closed_reply = replies(&blocked, &closed, 1).await;
        let closed_picture = pictured(&owner, &closed).await;
        owner.does("blockUser", json!({ "userId": blocked.id }), "{ userId }").await.value();
        Scene {
            guest: Credentials::guest(&world).await,
            identity: Credentials::signed_in(&owner).await,
            closed_theirs: Mutex::new(closed_theirs),
            closed_own: Mutex::new(closed_own),
            world,
            owner,
            admin,
            member,
            other,
            removed,
            blocked,
            stranger,
            group,
            spare,
            party_code,
            private,
            closed,
            closed_reply,
            closed_picture,
            standing: Mutex::default(),
            restricted: OnceCell::new(),
        }
    }

    /// The caller, if it is a person.
    pub(crate) fn person(&self, kind: Kind) -> Option<&Person> {
        match kind {
            Kind::Nobody | Kind::Guest => None,
            Kind::Stranger => Some(&self.stranger),
            Kind::Removed => Some(&self.removed),
            Kind::Blocked => Some(&self.blocked),
            Kind::Member => Some(&self.member),
            Kind::Admin => Some(&self.admin),
            Kind::Owner => Some(&self.owner),
        }
    }

    /// What this kind of caller can show.
    pub(crate) fn credentials(&self, kind: Kind) -> Vec<Credentials> {
        match (kind, self.person(kind)) {
            (Kind::Guest, _) => vec![self.guest.clone(), self.identity.clone()],
            (_, Some(person)) => vec![Credentials::Token(person.token.clone())],
            (_, None) => vec![Credentials::None],
        }
    }

    /// Arguments with names in them, as one caller would give them.
    pub(crate) async fn filled(&self, arguments: &str, kind: Kind, names: Names) -> Value {
        let mut text = arguments.to_owned();
        while let Some(start) = text.find("\"$") {
            let end = start + 1 + text[start + 1..].find('"').expect("a closing quote");
            let value = self.value(&text[start + 2..end], kind, names).await;
            text.replace_range(start + 1..end, &value);
        }
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    async fn value(&self, name: &str, kind: Kind, names: Names) -> String {
        match (name, names) {
            ("fresh", _) => fresh(),
            ("handle", _) => format!("h{}", &hex()[..12]),
            (name, Names::Nothing) if Restricted::is_group(name) => format!("g-{}", hex()),
            (name, Names::Nothing) if Restricted::is_message(name) => fresh(),
            ("talk" | "group" | "spare", Names::Nothing) => format!("g-{}", hex()),
            ("talk" | "group" | "spare", Names::NoDirect) | ("pair", Names::Nothing) => {
                format!("d-{}", hex())
            }
            ("talk", Names::Private) => self.private.clone(),
            ("code" | "partyCode", Names::Nothing | Names::NoDirect) => hex(),
            ("notes", _) => match self.person(kind) {
                Some(person) => person.meets(person).await,
                None => format!("d-{}", hex()),
            },
            ("note", _) => match self.person(kind) {
                Some(person) => id_of(&person.sends(&person.meets(person).await, "note").await),
                None => fresh(),
            },
            (_, Names::NoMessage | Names::Nothing | Names::NoDirect) if is_message_or_person(name) => fresh(),
            // Its id is asked for twice in one request, and looking changes nothing.
            ("picture", Names::Fresh) => self.stands(name, &format!("{kind:?}"), self.real(name, kind)).await,
            (_, Names::Fresh) => self.real(name, kind).await,
            (_, Names::Private) => self.stands(name, "others", self.hidden(name, kind)).await,
            _ => self.stands(name, &format!("{kind:?}"), self.real(name, kind)).await,
        }
    }

    /// The thing of a name for somebody, made when it is first asked for.
    async fn stands(&self, name: &str, whose: &str, made: impl Future<Output = String>) -> String {
        let key = format!("{name} of {whose}");
        let known = self.standing.lock().unwrap().get(&key).cloned();
        if let Some(known) = known {
            return known;
        }
        let value = made.await;
        self.standing.lock().unwrap().insert(key, value.clone());
        value
    }

    /// A thing in the conversation of others.
    async fn hidden(&self, name: &str, kind: Kind) -> String {
        match name {
            "message" | "own" | "reply" => id_of(&self.owner.sends(&self.private, "hidden").await),
            "picture" => pictured(&self.owner, &self.private).await,
            _ => self.real(name, kind).await,
        }
    }

    async fn real(&self, name: &str, kind: Kind) -> String {
        let blocked = kind == Kind::Blocked;
        match name {
            "talk" if blocked => self.closed.clone(),
            "talk" | "group" => self.group.clone(),
            "spare" => self.spare.clone(),
            "pair" => self.pair(kind).await,
            "partyCode" => self.party_code.clone(),
            "code" => link(&self.owner, &self.group).await,
            "owner" => self.owner.id.clone(),
            "person" if blocked => self.owner.id.clone(),
            "person" => self.other.id.clone(),
            "outsider" => self.world.person("outsider").await.id,
            "mate" => {
                let mate = self.world.person("mate").await;
                let add = json!({ "conversationId": self.group, "userIds": [mate.id] });
                let added = self.owner.does("addMembers", add, "{ status }").await.value();
                assert_eq!(added[0]["status"], "ADDED");
                mate.id
            }
            "message" if blocked => taken(&self.closed_theirs),
            "own" if blocked => taken(&self.closed_own),
            "reply" if blocked => self.closed_reply.clone(),
            "picture" if blocked => self.closed_picture.clone(),
            "picture" => pictured(&self.other, &self.group).await,
            "message" => id_of(&self.other.sends(&self.group, "hello").await),
            "own" => {
                let is_member = matches!(kind, Kind::Member | Kind::Admin | Kind::Owner);
                let sender = self.person(kind).filter(|_| is_member).unwrap_or(&self.other);
                id_of(&sender.sends(&self.group, "hello").await)
            }
            "reply" => {
                let question = self.other.sends(&self.group, "when?").await;
                replies(&self.other, &self.group, question["seq"].as_u64().unwrap_or_default()).await
            }
            other => {
                let restricted = self.restricted.get_or_init(|| Restricted::of(self)).await;
                restricted.value(other, self, kind).await
            }
        }
    }

    /// A direct conversation with somebody; for who is outside, of others.
    async fn pair(&self, kind: Kind) -> Talk {
        match kind {
            Kind::Blocked => self.closed.clone(),
            Kind::Admin => self.admin.meets(&self.owner).await,
            _ => self.private.clone(),
        }
    }
}

fn is_message_or_person(name: &str) -> bool {
    matches!(name, "message" | "own" | "reply" | "picture" | "person" | "mate" | "outsider" | "owner")
}

/// A message that nobody has used yet.
fn taken(messages: &Mutex<Vec<String>>) -> String {
    messages.lock().unwrap().pop().expect("the closed conversation has messages left")
}

pub(super) fn id_of(message: &Value) -> String {
    message["id"].as_str().expect("an id").to_owned()
}

fn hex() -> String {
    fresh().replace('-', "")
}

async fn replies(person: &Person, talk: &str, seq: u64) -> String {
    let input = json!({ "id": fresh(), "conversationId": talk, "text": "at noon", "replyToSeq": seq });
    id_of(&person.does("sendMessage", input, "{ id }").await.value())
}

/// A message with a picture under the same id.
async fn pictured(person: &Person, talk: &str) -> String {
    id_of(&person.sends_file(talk, &File::picture(2, 2)).await)
}

async fn link(owner: &Person, talk: &str) -> String {
    let made =
        owner.does("createInviteLink", json!({ "id": fresh(), "conversationId": talk }), "{ code }").await;
    made.value()["code"].as_str().expect("a code").to_owned()
}

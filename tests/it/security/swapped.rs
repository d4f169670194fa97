//! Every id in a valid request, put in place by one of strangers: nothing of theirs comes back, and nothing becomes of it.
//!
//! The requests are those of the walk that the policies are proved with, as they were recorded.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tests::chat::{Talk, fresh};
use tests::{Credentials, Person, Request, World};

use crate::authorization::trace::rows;
use crate::drift::walk;

/// In everything that the strangers wrote and that is for nobody else.
const CANARY: &str = "canary";

/// Two people of whom the others know nothing, and what they have.
struct Strangers {
    erin: Person,
    frank: Person,
    talks: [Talk; 2],
    messages: Vec<String>,
    group_id: String,
    link_id: String,
    code: String,
    star_cursor: String,
}

/// What an id in a request may be replaced with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Talk,
    Person,
    Code,
    /// Made by clients: of a message, a group or a link.
    Made,
    Cursor,
}

impl Strangers {
    async fn new(world: &World) -> Strangers {
        let [erin, frank] = world.people(["erin", "frank"]).await;
        let group_id = fresh();
        let group =
            json!({ "id": group_id, "title": CANARY, "description": CANARY, "memberIds": [frank.id] });
        let group = erin.does("createGroup", group, "{ conversation { id } }").await.value();
        let group = group["conversation"]["id"].as_str().expect("an id").to_owned();
        let talks = [group, erin.meets(&frank).await];
        let mut messages = Vec::new();
        for talk in &talks {
            for person in [&erin, &frank] {
                let message = person.sends(talk, CANARY).await["id"].as_str().expect("an id").to_owned();
                let place = json!({ "conversationId": talk, "messageId": message });
                erin.does("pinMessage", place.clone(), "{ id }").await.value();
                erin.does("starMessage", place, "{ seq }").await.value();
                messages.push(message);
            }
            let draft = json!({ "conversationId": talk, "draft": CANARY });
            erin.does("updateMyConversation", draft, "{ version }").await.value();
        }
        erin.does("addContact", json!({ "userId": frank.id, "name": CANARY }), "{ userId }").await.value();
        let link_id = fresh();
        let link = json!({ "id": link_id, "conversationId": talks[0] });
        let link = erin.does("createInviteLink", link, "{ code }").await.value();
        let stars = erin.asks("{ listStarredMessages(limit: 1) { nextToken } }", json!({})).await.value();
        Strangers {
            code: link["code"].as_str().expect("a code").to_owned(),
            star_cursor: stars["nextToken"].as_str().expect("a cursor").to_owned(),
            erin,
            frank,
            talks,
            messages,
            group_id,
            link_id,
        }
    }

    fn of(&self, sort: Sort) -> Vec<&str> {
        let ids = match sort {
            Sort::Talk => self.talks.iter().collect(),
            Sort::Person => vec![&self.erin.id, &self.frank.id],
            Sort::Code => vec![&self.code],
            Sort::Made => self.messages.iter().chain([&self.group_id, &self.link_id]).collect(),
            Sort::Cursor => vec![&self.star_cursor],
        };
        ids.into_iter().map(String::as_str).collect()
    }

    /// What nobody else may see: the canary, and ids other than those of people, which are no secret.
    fn secrets(&self) -> Vec<&str> {
        let ids = [Sort::Talk, Sort::Made, Sort::Code].into_iter().flat_map(|sort| self.of(sort));
        ids.chain([CANARY]).collect()
    }

    /// The same without what anybody may use for something of their own: the id of a group or a link is free for a
    /// message.
    fn kept(&self) -> Vec<&str> {
        self.secrets().into_iter().filter(|id| *id != self.group_id && *id != self.link_id).collect()
    }

    /// The rows of their conversations and messages, and of what they keep of them. They upload nothing: the id of a
    /// message is free for an attachment.
    async fn rows(&self, world: &World) -> BTreeSet<String> {
        let secrets = self.kept();
        let is_upload = |row: &String| row.contains("\"ATTACHMENT\"");
        let is_theirs = |row: &String| !is_upload(row) && secrets.iter().any(|secret| row.contains(secret));
        rows(world).await.into_iter().filter(is_theirs).collect()
    }
}

/// The ids in a request, with their places.
fn ids(path: &str, value: &Value, people: &[Person], found: &mut Vec<(String, Sort)>) {
    match value {
        Value::String(text) => {
            let name = path.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
            let is_person = people.iter().any(|person| person.id == *text);
            let sort = match name {
                "nextToken" | "cursor" => Sort::Cursor,
                "code" => Sort::Code,
                _ if is_person => Sort::Person,
                _ if text.starts_with("g-") || text.starts_with("d-") => Sort::Talk,
                _ if uuid::Uuid::parse_str(text).is_ok() => Sort::Made,
                _ => return,
            };
            found.push((path.to_owned(), sort));
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                ids(&format!("{path}/{index}"), value, people, found);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                ids(&format!("{path}/{name}"), value, people, found);
            }
        }
        _ => {}
    }
}

fn replaced(variables: &Value, path: &str, id: &str) -> Value {
    let mut variables = variables.clone();
    *variables.pointer_mut(path).expect("the place was found") = id.into();
    variables
}

/// The request with each id replaced by each of its sort, and with all replaced at once.
fn swaps(request: &Request, strangers: &Strangers, people: &[Person]) -> Vec<Value> {
    let mut places = Vec::new();
    ids("", &request.variables, people, &mut places);
    // Whoever knows the code of a link may look at it and join by it: that is what it is for.
    let is_invited =
        ["getInviteLink", "joinByInviteLink"].iter().any(|field| request.document.contains(field));
    places.retain(|(_, sort)| !(is_invited && *sort == Sort::Code));
    // An app names its device itself, so that two people may have one of the same name.
    let is_registered = request.document.contains("registerDevice");
    places.retain(|(_, sort)| !(is_registered && *sort == Sort::Made));
    let mut swaps = Vec::new();
    for (path, sort) in &places {
        swaps.extend(strangers.of(*sort).into_iter().map(|id| replaced(&request.variables, path, id)));
    }
    if places.len() > 1 {
        for which in 0..strangers.messages.len() {
            let swap = |variables: Value, (path, sort): &(String, Sort)| {
                let of_sort = strangers.of(*sort);
                // Two messages of the first conversation, then two of the second.
                let id =
                    if *sort == Sort::Talk { of_sort[which / 2] } else { of_sort[which % of_sort.len()] };
                replaced(&variables, path, id)
            };
            swaps.push(places.iter().fold(request.variables.clone(), swap));
        }
    }
    swaps
}

/// What of the strangers is in an answer, beside what was in the request.
fn leaked<'s>(strangers: &'s Strangers, answer: &str, variables: &Value) -> Option<&'s str> {
    let asked = variables.to_string();
    strangers.secrets().into_iter().find(|secret| answer.contains(secret) && !asked.contains(secret))
}

#[tokio::test]
async fn ids_of_strangers_open_nothing() {
    let world = World::new().await;
    world.records();
    let people = walk::everything(&world).await;
    let requests = world.recorded();
    assert!(requests.len() > 100, "{}", requests.len());
    let strangers = Strangers::new(&world).await;
    world.settles().await;
    let before = strangers.rows(&world).await;
    let mut ears = Vec::new();
    for person in &people {
        ears.push(person.listens().await);
    }

    let (mut tried, mut failures) = (0, Vec::new());
    for request in &requests {
        let caller = Credentials::Token(request.person.token.clone());
        for variables in swaps(request, &strangers, &people) {
            tried += 1;
            let answer = caller.asks(&world, &request.document, &variables).await;
            if let Some(secret) = leaked(&strangers, &answer.body, &variables) {
                failures.push(format!("{secret} by {} {variables}: {}", request.document, answer.body));
            }
        }
    }
    world.settles().await;
    for ear in &mut ears {
        ear.catches_up().await;
        let told = json!(ear.events).to_string();
        let secrets = strangers.kept().into_iter().filter(|secret| told.contains(secret));
        failures.extend(secrets.map(|secret| format!("{secret} was told")));
    }
    assert!(tried > 500, "{tried}");
    assert!(failures.is_empty(), "{} of {tried}:\n{}", failures.len(), failures.join("\n"));
    let after = strangers.rows(&world).await;
    let changed: Vec<_> = before.symmetric_difference(&after).collect();
    assert!(changed.is_empty(), "{changed:#?}");
}

/// The proof of the proof: one of the strangers sees by the same requests what others do not.
#[tokio::test]
async fn the_same_ids_open_much_to_their_owner() {
    let world = World::new().await;
    world.records();
    let people = walk::everything(&world).await;
    let requests = world.recorded();
    let strangers = Strangers::new(&world).await;
    let owner = Credentials::Token(strangers.erin.token.clone());
    let mut seen = BTreeSet::new();
    for request in requests.iter().filter(|request| !request.document.contains("mutation")) {
        for variables in swaps(request, &strangers, &people) {
            let answer = owner.asks(&world, &request.document, &variables).await;
            if leaked(&strangers, &answer.body, &variables).is_some() {
                seen.insert(request.document.clone());
            }
        }
    }
    assert!(seen.len() >= 4, "{seen:#?}");
}

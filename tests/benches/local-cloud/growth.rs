//! What operations cost while conversations grow: counted, not timed, so that it holds on any machine.

use std::collections::BTreeMap;

use futures::future::join_all;
use serde_json::{Value, json};
use tests::chat::fresh;
use tests::{Person, World};

/// How far conversations grow.
pub(crate) struct Sizes {
    /// Messages in a direct conversation.
    pub(crate) messages: [usize; 3],
    /// Members of a group.
    pub(crate) members: [usize; 3],
}

/// How many messages one outbox holds.
const OUTBOX: usize = 25;
/// How many people sign up, or are added, at the same time.
const AT_ONCE: usize = 100;

/// Round trips, read and write units until the answer, and read units behind it.
type Cost = (u64, f64, f64, f64);
/// By operation, in the order of the columns.
type Costs = BTreeMap<&'static str, Vec<Cost>>;

pub(crate) async fn measure(sizes: &Sizes) {
    let world = World::new().await;
    let mut costs = Costs::new();
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let mut count = 0;
    for size in sizes.messages {
        fill(&alice, &talk, size - count).await;
        // What is measured sends one message more.
        count = size + 1;
        count_all(&world, &alice, &talk, &mut costs).await;
    }
    let most = sizes.members.iter().copied().max().unwrap_or_default();
    let people = crowd(&world, most).await;
    for size in sizes.members {
        let talk = group(&people[..size]).await;
        count_all(&world, &people[0], &talk, &mut costs).await;
    }
    report(sizes, &costs);
}

/// Sends so many messages, as a phone does that was offline for long.
async fn fill(person: &Person, talk: &str, count: usize) {
    let mut sent = 0;
    while sent < count {
        let messages: Vec<_> = (sent..count.min(sent + OUTBOX))
            .map(|number| json!({ "id": fresh(), "conversationId": talk, "text": format!("message {number}") }))
            .collect();
        sent += messages.len();
        let results = person.does("sendMessages", json!({ "messages": messages }), "{ errorType }").await;
        let results = results.value();
        let results = results.as_array().map_or(&[][..], Vec::as_slice);
        assert!(results.iter().all(|result| result["errorType"].is_null()), "{results:?}");
        if sent % (400 * OUTBOX) == 0 {
            // So that the stream keeps up.
            person.world().settles().await;
        }
    }
}

async fn crowd(world: &World, count: usize) -> Vec<Person> {
    let names: Vec<_> = (0..count).map(|number| format!("person{number}")).collect();
    let mut people = Vec::new();
    for names in names.chunks(AT_ONCE) {
        people.extend(join_all(names.iter().map(|name| world.person(name))).await);
    }
    people
}

/// A group of all of them, made by the first.
async fn group(people: &[Person]) -> String {
    let owner = &people[0];
    let talk = owner.gathers("growing", &[]).await;
    for others in people[1..].chunks(AT_ONCE) {
        let ids: Vec<_> = others.iter().map(|person| &person.id).collect();
        let input = json!({ "conversationId": talk, "userIds": ids });
        let results = owner.does("addMembers", input, "{ status }").await.value();
        let results = results.as_array().map_or(&[][..], Vec::as_slice);
        assert!(results.iter().all(|result| result["status"] == "ADDED"), "{results:?}");
    }
    talk
}

async fn count_all(world: &World, person: &Person, talk: &str, costs: &mut Costs) {
    let head = person.looks_at(talk).await.value();
    let (seq, rev) = (head["seq"].as_u64().unwrap_or_default(), head["rev"].as_u64().unwrap_or_default());
    let first = person.asks("{ syncConversations { cursor } }", json!({})).await.value();
    let messages = "items { id seq senderId kind text createdAt }";
    let operations = [
        (
            "send",
            "mutation($send: SendMessageInput!) { sendMessage(input: $send) { id seq } }".to_owned(),
        ),
        ("chat list", "{ listConversations(limit: 50) { items { id seq lastMessage { text } state { readSeq unreadCount } } } }".to_owned()),
        (
            "latest 50 messages",
            format!("query($id: ID!) {{ listMessages(conversationId: $id, limit: 50) {{ {messages} }} }}"),
        ),
        (
            "50 messages around the middle",
            format!("query($id: ID!, $middle: Int) {{ listMessages(conversationId: $id, limit: 50, around: $middle) {{ {messages} }} }}"),
        ),
        (
            "sync of what changed",
            "query($cursor: String) { syncConversations(cursor: $cursor) { items { id seq } cursor } }".to_owned(),
        ),
        (
            "sync of one new message",
            "query($id: ID!, $seq: Int!, $rev: Int!) { syncMessages(conversationId: $id, afterSeq: $seq, afterRev: $rev, limit: 50) { events { id type message { id seq text } } seq rev } }".to_owned(),
        ),
        (
            "mark as read",
            "mutation($read: MarkReadInput!) { markRead(input: $read) { readSeq } }".to_owned(),
        ),
    ];
    let variables = json!({
        "id": talk, "seq": seq, "rev": rev, "middle": seq.div_ceil(2), "cursor": first["cursor"],
        "send": { "id": fresh(), "conversationId": talk, "text": "what does this cost?" },
        "read": { "conversationId": talk, "seq": seq + 1 },
    });
    for (name, document) in operations {
        costs.entry(name).or_default().push(cost(world, person, &document, &variables).await);
    }
}

/// Runs one operation and adds up what the journal says of it and of all that came of it.
async fn cost(world: &World, person: &Person, document: &str, variables: &Value) -> Cost {
    world.settles().await;
    let journal = world.http().delete(format!("{}/_local/journal", world.url()));
    assert!(journal.send().await.expect("an answer").status().is_success());
    person.asks(document, variables.clone()).await.value();
    world.settles().await;
    let mut cost = (0, 0.0, 0.0, 0.0);
    for entry in world.journal().await {
        assert_eq!(entry["outcome"], "ok", "{entry:#}");
        let units = |name: &str| entry[name].as_f64().unwrap_or_default();
        if entry["caller"] == "user" {
            cost.0 += entry["roundTrips"].as_u64().unwrap_or_default();
            cost.1 += units("readUnits");
            cost.2 += units("writeUnits");
        } else {
            cost.3 += units("readUnits");
        }
    }
    assert!(cost.0 > 0, "the journal has the operation");
    cost
}

fn report(sizes: &Sizes, costs: &Costs) {
    let columns = |sizes: [usize; 3], what: &str| sizes.map(|size| format!("{size} {what}")).join(" | ");
    let (messages, members) = (columns(sizes.messages, "messages"), columns(sizes.members, "members"));
    say(&format!("\n| trips, R, W; R behind | {messages} | {members} |"));
    say("|---|--:|--:|--:|--:|--:|--:|");
    for (name, costs) in costs {
        let cells: Vec<_> = costs
            .iter()
            .map(|(trips, reads, writes, behind)| format!("{trips}, {reads}, {writes}; {behind}"))
            .collect();
        say(&format!("| {name} | {} |", cells.join(" | ")));
    }
}

#[expect(clippy::print_stdout, reason = "the result")]
fn say(line: &str) {
    println!("{line}");
}

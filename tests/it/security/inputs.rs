//! Fields that a client has no business to give are refused before anything runs, wherever they are put.

use std::collections::BTreeSet;

use apollo_compiler::schema::ExtendedType;
use serde_json::{Map, Value, json};
use tests::{Credentials, World};

use crate::authorization::row::Kind;
use crate::authorization::scene::{Names, Scene};
use crate::authorization::table;
use crate::authorization::trace::Trace;
use crate::house::schema::{Api, schema};

/// What the server decides: who, when, in which order, as what, and what it is stored as.
const PRIVILEGED: [&str; 24] = [
    "pk",
    "sk",
    "entity",
    "ttl",
    "expiresAt",
    "id",
    "userId",
    "ownerId",
    "senderId",
    "createdBy",
    "actorId",
    "role",
    "seq",
    "rev",
    "readSeq",
    "firstSeq",
    "createdAt",
    "editedAt",
    "forwardCount",
    "version",
    "closedBy",
    "kind",
    "__proto__",
    "memberCount",
];

/// The inputs within an input that are objects, with the names that their types know; the input itself first.
fn objects(schema: &Api, kind: &str, value: &Value, path: &str) -> Vec<(String, BTreeSet<String>)> {
    let Some(ExtendedType::InputObject(definition)) = schema.0.types.get(kind) else { return Vec::new() };
    let mut found = Vec::new();
    match value {
        Value::Object(members) => {
            found.push((path.to_owned(), definition.fields.keys().map(ToString::to_string).collect()));
            for (name, member) in members {
                let inner = definition.fields[name.as_str()].ty.inner_named_type().to_string();
                found.extend(objects(schema, &inner, member, &format!("{path}/{name}")));
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                found.extend(objects(schema, kind, value, &format!("{path}/{index}")));
            }
        }
        _ => {}
    }
    found
}

#[tokio::test]
async fn no_mutation_takes_a_privileged_field() {
    let (scene, schema) = (Scene::new().await, schema());
    let owner = Credentials::Token(scene.owner.token.clone());
    let mut requests = Vec::new();
    for row in table::all().filter(|row| row.root_parts().0 == "Mutation") {
        let (_, field) = row.root_parts();
        let kind = schema.0.get_object("Mutation").unwrap().fields[field].arguments[0]
            .ty
            .inner_named_type()
            .to_string();
        let document = format!("mutation($input: {kind}!) {{ {field}(input: $input) {} }}", row.selection);
        let input = scene.filled(row.arguments, Kind::Owner, Names::Real).await;
        for (path, known) in objects(&schema, &kind, &input, "") {
            for name in PRIVILEGED.into_iter().filter(|name| !known.contains(*name)) {
                let mut forged = input.clone();
                let object = forged.pointer_mut(&path).and_then(Value::as_object_mut).expect("an object");
                object.insert(name.to_owned(), json!(scene.stranger.id));
                requests.push((
                    format!("{field}{path}/{name}"),
                    document.clone(),
                    json!({ "input": forged }),
                ));
            }
        }
    }
    assert!(requests.len() > 600, "{}", requests.len());
    let before = Trace::now(&scene.world, &mut []).await;
    scene.world.cloud().journal().clear();
    for (place, document, variables) in &requests {
        let reply = owner.asks(&scene.world, document, variables).await.reply();
        assert!(!reply.errors.is_empty() && reply.data.is_null(), "{place}: {reply:?}");
    }
    let invoked: Vec<_> =
        scene.world.cloud().journal().entries().into_iter().flat_map(|entry| entry.invocations).collect();
    assert_eq!(invoked, Vec::<String>::new(), "refused before a function runs");
    assert_eq!(before.difference(&Trace::now(&scene.world, &mut []).await), None);
}

/// The same beside the input, as a literal, and as arguments of queries.
#[tokio::test]
async fn no_argument_is_invented() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let id = tests::chat::fresh();
    let input = format!(r#"id: "{id}", conversationId: "{talk}", text: "hello""#);
    let documents = [
        format!(r#"mutation {{ sendMessage(input: {{ {input}, senderId: "{}" }}) {{ id }} }}"#, alice.id),
        format!(r#"mutation {{ sendMessage(input: {{ {input} }}, senderId: "{}") {{ id }} }}"#, alice.id),
        format!(r#"mutation {{ sendMessage(input: {{ {input}, input: {{ }} }}) {{ id }} }}"#),
        format!(r#"{{ getMe(userId: "{}") {{ id }} }}"#, alice.id),
        format!(r#"{{ listContacts(userId: "{}") {{ items {{ userId }} }} }}"#, alice.id),
        format!(r#"{{ listConversations(filter: {{ userId: "{}" }}) {{ items {{ id }} }} }}"#, alice.id),
        format!(r#"{{ syncConversations(userId: "{}") {{ cursor }} }}"#, alice.id),
    ];
    for document in documents {
        let reply = bob.asks(&document, json!({})).await;
        assert!(!reply.errors.is_empty() && reply.data.is_null(), "{document}: {reply:?}");
    }
    assert_eq!(alice.reads(&talk).await, Vec::<Value>::new());
}

/// A name twice in one JSON object, a name in another case, and members of the request that only look important.
#[tokio::test]
async fn odd_requests_are_the_callers_own() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let me = Credentials::Token(bob.token.clone());
    let extras: [(&str, Value); 4] = [
        ("identity", json!({ "sub": alice.id })),
        (
            "extensions",
            json!({ "identity": { "sub": alice.id }, "authorization": { "Authorization": alice.token } }),
        ),
        ("context", json!({ "identity": { "sub": alice.id } })),
        ("source", json!({ "userId": alice.id, "ownerId": alice.id })),
    ];
    for (name, value) in extras {
        let mut body = Map::from_iter([("query".to_owned(), json!("{ getMe { id } }"))]);
        body.insert(name.to_owned(), value);
        let reply = me.posts(&world, Value::Object(body).to_string()).await.reply();
        assert_eq!(reply.value(), json!({ "id": bob.id }), "{name}");
    }
}

//! Listening where one should not.

use serde_json::{Value, json};
use tests::{Credentials, Ear, World};

const TYPING: &str =
    "subscription($id: ID!) { onTyping(conversationId: $id) { conversationId userId activity } }";
const EVENTS: &str = "subscription { onEvent { recipients events { id type message { text } } } }";

fn token(token: &str) -> Credentials {
    Credentials::Token(token.to_owned())
}

#[tokio::test]
async fn forged_subscriptions_hear_nothing_of_others() {
    let world = World::shared().await;
    let [alice, bob, mallory] = world.people(["alice", "bob", "mallory"]).await;
    let talk = alice.meets(&bob).await;
    let forged = [
        format!(r#"subscription {{ onEvent(recipients: ["{}"]) {{ recipients }} }}"#, alice.id),
        format!(r#"subscription {{ onEvent(userId: "{}") {{ recipients }} }}"#, alice.id),
        format!(r#"subscription {{ onTyping(conversationId: "{talk}") {{ userId }} }}"#),
        format!(r#"subscription {{ x: onTyping(conversationId: "{talk}") {{ userId }} }}"#),
        format!(
            r#"subscription {{ onEvent {{ recipients }} onTyping(conversationId: "{talk}") {{ userId }} }}"#
        ),
        format!(r#"subscription {{ onTyping(conversationId: ["{talk}"]) {{ userId }} }}"#),
        format!(
            r#"subscription {{ onTyping(conversationId: "{talk}", userId: "{}") {{ userId }} }}"#,
            mallory.id
        ),
        r#"subscription { onTyping(conversationId: "*") { userId } }"#.to_owned(),
        r#"subscription { onTyping(conversationId: "") { userId } }"#.to_owned(),
        "subscription { onTyping(conversationId: null) { userId } }".to_owned(),
        "subscription { onTyping { userId } }".to_owned(),
        "subscription($id: ID) { onTyping(conversationId: $id) { userId } }".to_owned(),
    ];
    world.settles().await;
    let mut ear = mallory.listens().await;
    for document in &forged {
        let refused = token(&mallory.token).subscribes(&mut ear, &world, document, &json!({})).await;
        assert!(refused.is_err(), "{document} is accepted");
    }
    // Allowed, and still only one's own.
    for document in ["subscription { x: onEvent { recipients events { id } } }", EVENTS] {
        let own = token(&mallory.token);
        let heard = own.subscribes(&mut ear, &world, document, &json!({ "recipients": [alice.id] })).await;
        heard.unwrap_or_else(|error| panic!("{document}: {error}"));
    }
    alice.sends(&talk, "between us").await;
    alice.does("setTyping", json!({ "conversationId": talk, "activity": "TYPING" }), "{ at }").await.value();
    world.settles().await;
    ear.catches_up().await;
    assert_eq!(ear.events, Vec::<Value>::new());
}

/// Each subscription is its token's, whoever opened the connection.
#[tokio::test]
async fn a_connection_lends_nothing_to_its_subscriptions() {
    let world = World::shared().await;
    let [alice, bob, mallory] = world.people(["alice", "bob", "mallory"]).await;
    let talk = alice.meets(&bob).await;
    world.settles().await;
    let mut ear = token(&alice.token).connects(&world).await.expect("alice connects");
    token(&mallory.token)
        .subscribes(&mut ear, &world, EVENTS, &json!({}))
        .await
        .expect("to what is mallory's");
    let id = json!({ "id": talk });
    token(&mallory.token).subscribes(&mut ear, &world, TYPING, &id).await.expect_err("mallory is no member");
    for credentials in [Credentials::None, token("junk"), Credentials::guest(&world).await] {
        credentials.subscribes(&mut ear, &world, EVENTS, &json!({})).await.expect_err("nobody hears nothing");
    }
    let host = world.url().trim_start_matches("http://").to_owned();
    let lying =
        json!({ "host": host, "Authorization": mallory.token, "sub": alice.id, "x-user-id": alice.id });
    let data = json!({ "query": TYPING, "variables": id }).to_string();
    ear.subscribe_with("lying", data, lying).await.expect_err("a header is no token");
    alice.sends(&talk, "between us").await;
    bob.does("setTyping", json!({ "conversationId": talk, "activity": "TYPING" }), "{ at }").await.value();
    world.settles().await;
    ear.catches_up().await;
    assert_eq!(ear.events, Vec::<Value>::new());
}

#[tokio::test]
async fn nothing_runs_through_the_live_channel_but_subscriptions() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let mut ear = alice.listens().await;
    let send = format!(
        r#"mutation {{ sendMessage(input: {{ id: "{}", conversationId: "{talk}", text: "hi" }}) {{ id }} }}"#,
        tests::chat::fresh()
    );
    for document in [send.as_str(), "{ getMe { id } }", "{ __schema { types { name } } }"] {
        let refused = token(&alice.token).subscribes(&mut ear, &world, document, &json!({})).await;
        let payload = refused.expect_err(document);
        assert_eq!(payload["errors"][0]["errorType"], "UnsupportedOperation", "{payload}");
    }
    assert_eq!(bob.reads(&talk).await, Vec::<Value>::new());
}

#[tokio::test]
async fn the_removed_hear_that_they_are_and_nothing_more() {
    let world = World::shared().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let talk = alice.gathers("team", &[&bob, &carol]).await;
    let id = json!({ "id": talk });
    world.settles().await;
    let mut devices = [bob.listens().await, bob.listens().await];
    for ear in &mut devices {
        token(&bob.token).subscribes(ear, &world, TYPING, &id).await.expect("a member may");
    }
    alice.does("removeMember", json!({ "conversationId": talk, "userId": bob.id }), "{ id }").await.value();
    let message = alice.sends(&talk, "canary").await;
    let react = json!({ "conversationId": talk, "messageId": message["id"], "emoji": "👍" });
    carol.does("setReaction", react, "{ id }").await.value();
    carol.has_read(&talk, message["seq"].as_u64().unwrap()).await.value();
    alice.does("updateGroup", json!({ "conversationId": talk, "title": "canary" }), "{ id }").await.value();
    world.settles().await;
    carol.does("setTyping", json!({ "conversationId": talk, "activity": "TYPING" }), "{ at }").await.value();
    world.settles().await;
    for ear in &mut devices {
        ear.catches_up().await;
        let heard: Vec<_> =
            ear.events.iter().map(|event| event["type"].as_str().unwrap_or("other")).collect();
        assert_eq!(heard, ["CONVERSATION_LEFT"], "{:#?}", ear.events);
        token(&bob.token).subscribes(ear, &world, TYPING, &id).await.expect_err("no longer");
    }
}

#[tokio::test]
async fn an_expired_token_opens_nothing() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let mut ear = bob.listens().await;
    let guest = Credentials::guest(&world).await;
    world.advances(3_601).await;
    let old = token(&bob.token);
    let expired = |answer: &Value| {
        assert_eq!(answer["errors"][0]["errorType"], "UnauthorizedException", "{answer}");
        assert_eq!(answer["errors"][0]["message"], "Token has expired.", "{answer}");
    };
    let refused = old.connects(&world).await.err().expect("no connection");
    expired(&refused["payload"]);
    expired(&old.subscribes(&mut ear, &world, EVENTS, &json!({})).await.expect_err("no subscription"));
    let asked = old.asks(&world, "{ getMe { id } }", &json!({})).await;
    assert_eq!(asked.status, 401);
    expired(&serde_json::from_str(&asked.body).unwrap());
    assert_eq!(
        guest.asks(&world, "{ getMe { id } }", &json!({})).await.status,
        401,
        "credentials end as well"
    );
    let send = "mutation($input: SendMessageInput!) { sendMessage(input: $input) { id } }";
    let late = json!({ "input": { "id": tests::chat::fresh(), "conversationId": talk, "text": "late" } });
    assert_eq!(old.asks(&world, send, &late).await.status, 401);
    let fresh: Result<Ear, Value> =
        token(bob.tokens().await["AccessToken"].as_str().unwrap()).connects(&world).await;
    fresh.expect("a new token is fine");
}

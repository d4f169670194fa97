//! Who is told on their phone, of what, and who is not.

use local_core::principal::Principal;
use serde_json::{Value, json};
use tests::chat::fresh;
use tests::{Person, World};

const DEVICE: &str = "{ id platform name locale appVersion registeredAt changedAt }";

/// A phone of somebody's: its id and its token.
struct Phone {
    id: String,
    token: String,
}

impl Phone {
    async fn of(person: &Person) -> Phone {
        let phone = Phone { id: fresh(), token: fresh() };
        phone.registered_by(person, json!({})).await;
        phone
    }

    async fn registered_by(&self, person: &Person, more: Value) -> Value {
        let mut input = json!({ "id": self.id, "platform": "APNS", "token": self.token });
        for (name, value) in more.as_object().into_iter().flatten() {
            input[name] = value.clone();
        }
        person.does("registerDevice", input, DEVICE).await.value()
    }

    /// What was pushed to it so far, oldest first, as Apple would get it.
    async fn shows(&self, world: &World) -> Vec<Value> {
        world.settles().await;
        let pushes = world.look("pushes").await;
        let mine =
            pushes.as_array().into_iter().flatten().filter(|push| push["token"] == self.token.as_str());
        let parts = mine.filter_map(|push| push["message"]["APNS"].as_str());
        parts.map(|part| serde_json::from_str(part).expect("JSON")).collect()
    }

    async fn bodies(&self, world: &World) -> Vec<String> {
        let shown = self.shows(world).await;
        let body = |push: &Value| push["aps"]["alert"]["body"].as_str().unwrap_or_default().to_owned();
        shown.iter().map(body).collect()
    }
}

async fn devices(person: &Person) -> Vec<Value> {
    let list = person.asks(&format!("{{ listDevices {DEVICE} }}"), json!({})).await.value();
    list.as_array().cloned().expect("a list")
}

async fn prefers(person: &Person, preferences: Value) {
    person.does("updatePreferences", preferences, "{ id }").await.value();
}

#[tokio::test]
async fn who_is_away_gets_one_push_for_each_message() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let (phone, hers) = (Phone::of(&bob).await, Phone::of(&alice).await);
    for text in ["one", "two", "three"] {
        alice.sends(&talk, text).await;
    }
    let mut bodies = phone.bodies(&world).await;
    bodies.sort();
    assert_eq!(bodies, ["one", "three", "two"]);
    let shown = phone.shows(&world).await;
    let last = shown.iter().find(|push| push["seq"] == 3).expect("the third");
    assert_eq!((&last["aps"]["alert"]["title"], &last["aps"]["badge"]), (&json!("alice"), &json!(3)));
    assert_eq!(last["aps"]["thread-id"], talk.as_str());
    assert!(hers.shows(&world).await.is_empty(), "nobody is told of what they wrote");
}

#[tokio::test]
async fn a_message_sent_often_is_pushed_once_to_each_device() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let phones = [Phone::of(&bob).await, Phone::of(&bob).await];
    let id = fresh();
    let sends = (0..64).map(|_| alice.sends_as(&id, &talk, "once"));
    futures::future::join_all(sends).await;
    for phone in &phones {
        assert_eq!(phone.bodies(&world).await, ["once"]);
    }
}

#[tokio::test]
async fn an_event_that_comes_again_pushes_nothing_again() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let phone = Phone::of(&bob).await;
    alice.sends(&talk, "once").await;
    assert_eq!(phone.bodies(&world).await, ["once"]);
    let events = world.look("events").await;
    let sent =
        events.as_array().unwrap().iter().rfind(|event| event["event"]["detail-type"] == "MessagesSent");
    let (bus, event) = (&sent.expect("an event")["bus"], &sent.expect("an event")["event"]);
    let entry = json!({ "EventBusName": bus, "Source": event["source"], "DetailType": event["detail-type"],
                        "Detail": event["detail"].to_string() });
    let put = json!({ "Entries": [entry] }).to_string();
    let answer =
        world.cloud().bus().handle_http("AWSEvents.PutEvents", &Principal::Developer, put.as_bytes());
    assert_eq!(answer.status, 200);
    assert_eq!(phone.bodies(&world).await, ["once"]);
}

#[tokio::test]
async fn a_push_whose_claim_was_written_and_not_acknowledged_is_made_once() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let phone = Phone::of(&bob).await;
    world.settles().await;
    // The SDK asks three times.
    let lost = json!({ "function": "push-messages", "containing": "\"claim\"", "times": 3, "when": "after" });
    world.suffers(json!({ "at": [lost] })).await;
    alice.sends(&talk, "still once").await;
    assert_eq!(phone.bodies(&world).await, ["still once"]);
    assert!(world.recovers().await["at"].as_u64() > Some(0), "the fault struck");
}

#[tokio::test]
async fn what_sns_throttles_is_pushed_later_and_once() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let phones = [Phone::of(&bob).await, Phone::of(&bob).await];
    world.settles().await;
    world.cloud().push_service().throttle(4);
    alice.sends(&talk, "patience").await;
    for phone in &phones {
        assert_eq!(phone.bodies(&world).await, ["patience"]);
    }
    assert_eq!(world.look("dead-letters").await, json!([]));
}

#[tokio::test]
async fn a_muted_group_is_silent_but_for_mentions() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.gathers("team", &[&bob]).await;
    let phone = Phone::of(&bob).await;
    let mute = json!({ "conversationId": talk, "mutedUntil": "9999-12-31T23:59:59Z" });
    bob.does("updateMyConversation", mute, "{ mutedUntil }").await.value();
    alice.sends(&talk, "to nobody in particular").await;
    let mention = json!({ "id": fresh(), "conversationId": talk, "text": "bob?", "mentions": [bob.id] });
    alice.does("sendMessage", mention, "{ seq }").await.value();
    assert_eq!(phone.bodies(&world).await, ["alice: bob?"]);
    let shown = phone.shows(&world).await;
    assert_eq!(shown[0]["aps"]["alert"]["title"], "team");
}

#[tokio::test]
async fn in_quiet_hours_nothing_rings() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let phone = Phone::of(&bob).await;
    let at = |hours: i64| jiff::SignedDuration::from_hours(hours);
    let now = jiff::Timestamp::try_from(world.now().await).expect("a time");
    let written = |time: jiff::Timestamp| time.strftime("%H:%M").to_string();
    prefers(&bob, json!({ "quietHours": { "start": written(now - at(1)), "end": written(now + at(2)) } }))
        .await;
    alice.sends(&talk, "are you asleep?").await;
    assert!(phone.bodies(&world).await.is_empty());
    world.advances(3 * 3_600).await;
    let mut alice = alice;
    alice.signs_in_again().await;
    alice.sends(&talk, "good morning").await;
    assert_eq!(phone.bodies(&world).await, ["good morning"]);
}

#[tokio::test]
async fn who_is_here_or_has_read_it_needs_no_push() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let phone = Phone::of(&bob).await;
    bob.does("setPresence", json!({ "online": true }), "{ online }").await.value();
    alice.sends(&talk, "you see this").await;
    assert!(phone.bodies(&world).await.is_empty());
    world.advances(61).await;
    alice.sends(&talk, "and not this").await;
    assert_eq!(phone.bodies(&world).await, ["and not this"]);
    // A number beyond the last message counts for what is still to come.
    bob.has_read(&talk, 3).await.value();
    alice.sends(&talk, "read before it came").await;
    assert_eq!(phone.bodies(&world).await, ["and not this"]);
}

#[tokio::test]
async fn the_level_and_the_preview_are_a_matter_of_taste() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let (talk, team) = (alice.meets(&bob).await, alice.gathers("team", &[&bob]).await);
    let phone = Phone { id: fresh(), token: fresh() };
    phone.registered_by(&bob, json!({ "locale": "vi" })).await;
    prefers(&bob, json!({ "notificationLevel": "MENTIONS", "messagePreview": false })).await;
    alice.sends(&team, "to everybody").await;
    alice.sends(&talk, "the secret").await;
    assert_eq!(phone.bodies(&world).await, ["Tin nhắn mới"]);
    assert!(!world.look("pushes").await.to_string().contains("secret"));
    prefers(&bob, json!({ "notificationLevel": "NONE" })).await;
    alice.sends(&talk, "more of it").await;
    assert_eq!(phone.shows(&world).await.len(), 1);
}

#[tokio::test]
async fn the_blocked_and_the_removed_reach_no_phone_and_are_told_nothing() {
    let world = World::new().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let team = alice.gathers("team", &[&bob, &carol]).await;
    let (bobs, carols) = (Phone::of(&bob).await, Phone::of(&carol).await);
    bob.does("blockUser", json!({ "userId": carol.id }), "{ userId }").await.value();
    carol.sends(&team, "from the blocked").await;
    assert!(bobs.bodies(&world).await.is_empty());
    alice.does("removeMember", json!({ "conversationId": team, "userId": carol.id }), "{ id }").await.value();
    alice.sends(&team, "without carol").await;
    assert_eq!(bobs.bodies(&world).await, ["alice: without carol"]);
    assert!(carols.bodies(&world).await.is_empty());
}

#[tokio::test]
async fn a_token_moves_with_the_phone() {
    let world = World::new().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let (with_bob, with_carol) = (alice.meets(&bob).await, alice.meets(&carol).await);
    let phone = Phone::of(&bob).await;
    phone.registered_by(&carol, json!({ "name": "carol's now" })).await;
    assert!(devices(&bob).await.is_empty());
    assert_eq!(devices(&carol).await[0]["name"], "carol's now");
    alice.sends(&with_bob, "for bob").await;
    alice.sends(&with_carol, "for carol").await;
    assert_eq!(phone.bodies(&world).await, ["for carol"]);
    // What bob still believes to have does not take it away from her.
    bob.does("unregisterDevice", json!({ "id": phone.id }), "").await.value();
    alice.sends(&with_carol, "and again").await;
    assert_eq!(phone.bodies(&world).await.len(), 2);
}

#[tokio::test]
async fn a_token_that_both_want_is_one_persons() {
    let world = World::new().await;
    let [bob, carol] = world.people(["bob", "carol"]).await;
    for _ in 0..8 {
        let phone = Phone { id: fresh(), token: fresh() };
        futures::join!(phone.registered_by(&bob, json!({})), phone.registered_by(&carol, json!({})));
        let has = async |person: &Person| {
            let has = devices(person).await.iter().any(|device| device["id"] == phone.id.as_str());
            person.does("unregisterDevice", json!({ "id": phone.id }), "").await.value();
            has
        };
        assert!(has(&bob).await != has(&carol).await, "one of the two");
    }
}

#[tokio::test]
async fn registering_again_changes_nothing_and_a_new_token_takes_the_place_of_the_old() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let old = Phone::of(&bob).await;
    let first = devices(&bob).await;
    old.registered_by(&bob, json!({})).await;
    assert_eq!(devices(&bob).await, first);
    let new = Phone { id: old.id.clone(), token: fresh() };
    new.registered_by(&bob, json!({})).await;
    assert_eq!(devices(&bob).await.len(), 1);
    alice.sends(&talk, "where are you?").await;
    assert_eq!((old.bodies(&world).await.len(), new.bodies(&world).await.len()), (0, 1));
    bob.does("unregisterDevice", json!({ "id": new.id }), "").await.value();
    alice.sends(&talk, "gone?").await;
    assert_eq!(new.bodies(&world).await.len(), 1);
    let endpoints = world.cloud().push_service().endpoints().expect("endpoints");
    assert!(endpoints.is_empty(), "SNS keeps no token: {}", endpoints.len());
}

#[tokio::test]
async fn ten_devices_are_the_limit() {
    let world = World::shared().await;
    let bob = world.person("bob").await;
    for _ in 0..10 {
        Phone::of(&bob).await;
    }
    let eleventh = json!({ "id": fresh(), "platform": "WEB", "token": fresh() });
    bob.does("registerDevice", eleventh, DEVICE).await.refused("LimitExceeded");
    assert_eq!(devices(&bob).await.len(), 10);
}

#[tokio::test]
async fn a_phone_that_its_platform_gave_up_is_forgotten_until_it_comes_back() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let phone = Phone::of(&bob).await;
    let sns = world.cloud().push_service();
    let arn = sns.endpoints().expect("endpoints").remove(0).arn;
    sns.disable(&arn).expect("it is there");
    alice.sends(&talk, "into the void").await;
    assert!(phone.bodies(&world).await.is_empty());
    assert!(devices(&bob).await.is_empty());
    assert_eq!(world.look("dead-letters").await, json!([]));
    phone.registered_by(&bob, json!({})).await;
    alice.sends(&talk, "welcome back").await;
    assert_eq!(phone.bodies(&world).await, ["welcome back"]);
}

#[tokio::test]
async fn a_platform_that_is_not_set_up_is_refused() {
    let mut options = local::Options::for_tests(tests::house::root().join("template.yaml"));
    options.parameters.insert("ApnsApplicationArn".to_owned(), String::new());
    let world = World::with(options).await;
    let bob = world.person("bob").await;
    let input = json!({ "id": fresh(), "platform": "APNS", "token": fresh() });
    let words = bob.does("registerDevice", input, DEVICE).await.refused("BadRequest");
    assert!(words.contains("APNS is not set up"), "{words}");
}

#[tokio::test]
async fn the_longest_message_fits_on_every_platform() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    for platform in ["APNS", "APNS_SANDBOX", "FCM", "WEB"] {
        let input = json!({ "id": fresh(), "platform": platform, "token": fresh() });
        bob.does("registerDevice", input, DEVICE).await.value();
    }
    alice.sends(&talk, &"👨‍👩‍👧‍👦".repeat(2_000)).await;
    world.settles().await;
    let pushes = world.look("pushes").await;
    let pushes = pushes.as_array().expect("a list");
    assert_eq!(pushes.len(), 4);
    for push in pushes {
        let parts = push["message"].as_object().expect("parts");
        let longest = parts.values().filter_map(Value::as_str).map(str::len).max();
        assert!(longest.is_some_and(|longest| (1_000..=4_096).contains(&longest)), "{push:#}");
    }
}

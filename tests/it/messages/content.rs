//! What a message may hold.

use serde_json::{Value, json};
use tests::World;
use tests::chat::{MESSAGE, fresh};

/// A `sendMessage` input with more fields.
fn input(talk: &str, fields: Value) -> Value {
    let mut input = json!({ "id": fresh(), "conversationId": talk });
    input.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    input
}

#[tokio::test]
async fn a_text_has_up_to_4096_characters_of_any_kind() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let talk = alice.meets(&alice).await;
    let family = "👨‍👩‍👧‍👦".to_owned();
    for good in ["a".repeat(4_096), "🇻🇳".repeat(4_096), family, "one\ntwo".to_owned(), "שלום".to_owned()]
    {
        let sent = alice.sends(&talk, &good).await;
        assert_eq!(sent["text"], good.as_str());
    }
    let tower = format!("a{}", "\u{0301}".repeat(70_000));
    for bad in [
        "a".repeat(4_097),
        tower,
        String::new(),
        " \n\t".to_owned(),
        "a\0b".to_owned(),
        "\u{200B}".to_owned(),
    ] {
        alice.tries_to_send(&talk, &bad).await.refused("BadRequest");
    }
    assert_eq!(alice.texts(&talk).await.len(), 5, "nothing refused was written");
}

#[tokio::test]
async fn text_is_composed_and_shortcodes_become_emoji() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let talk = alice.meets(&alice).await;
    assert_eq!(alice.sends(&talk, "cha\u{0300}o :vietnam: at 10:100:5").await["text"], "chào 🇻🇳 at 10:100:5");
}

#[tokio::test]
async fn a_message_is_exactly_one_thing_within_its_bounds() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let talk = alice.meets(&alice).await;
    let place = json!({ "latitude": 10.776_889, "longitude": -106.700_897, "name": "Nhà thờ Đức Bà" });
    let card = json!({ "name": "Bob", "phones": ["+84 28 1234"], "emails": ["bob@example.com"] });
    let sent = alice.does("sendMessage", input(&talk, json!({ "location": place })), MESSAGE).await.value();
    assert_eq!((sent["kind"].clone(), sent["location"].clone()), (json!("LOCATION"), place.clone()));
    let sent = alice.does("sendMessage", input(&talk, json!({ "contact": card })), MESSAGE).await.value();
    assert_eq!((sent["kind"].clone(), sent["contact"].clone()), (json!("CONTACT"), card.clone()));

    let bad = [
        json!({}),
        json!({ "text": "x", "location": place }),
        json!({ "location": { "latitude": 90.1, "longitude": 0 } }),
        json!({ "location": { "latitude": 0, "longitude": 0, "accuracy": -1 } }),
        json!({ "contact": { "name": "" } }),
        json!({ "contact": { "name": "Bob", "phones": vec!["1"; 11] } }),
        json!({ "contact": { "name": "Bob", "emails": ["no address"] } }),
        json!({ "contact": card, "mentions": [alice.id] }),
        json!({ "text": "x", "mentions": ["nobody"] }),
        json!({ "text": "x", "replyToSeq": 0 }),
    ];
    for fields in bad {
        alice.does("sendMessage", input(&talk, fields), MESSAGE).await.refused("BadRequest");
    }
}

#[tokio::test]
async fn mentions_are_members_and_replies_see_what_they_reply_to() {
    let world = World::shared().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let talk = alice.meets(&bob).await;
    let mention = |who: &str| input(&talk, json!({ "text": "look", "mentions": [who] }));
    let sent = alice.does("sendMessage", mention(&bob.id), MESSAGE).await.value();
    assert_eq!(sent["mentions"], json!([bob.id]));
    alice.does("sendMessage", mention(&carol.id), MESSAGE).await.refused("BadRequest");
    let reply = input(&talk, json!({ "text": "to what?", "replyToSeq": 99 }));
    alice.does("sendMessage", reply, MESSAGE).await.refused("NotFound");
}

#[tokio::test]
async fn an_emoji_is_one_however_it_is_spelt() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let talk = alice.meets(&alice).await;
    let id = alice.sends(&talk, "look").await["id"].clone();
    for (given, shown) in [("❤", "❤️"), (":+1:", "👍"), ("👍🏽", "👍🏽"), ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"), ("1️⃣", "1️⃣")]
    {
        let react = json!({ "conversationId": talk, "messageId": id, "emoji": given });
        let message = alice.does("setReaction", react, MESSAGE).await.value();
        assert_eq!(message["reactions"], json!([{ "emoji": shown, "count": 1, "userIds": [alice.id] }]));
    }
}

//! Two people talk.

use serde_json::json;
use tests::World;
use tests::chat::{MESSAGE, fresh};

#[tokio::test]
async fn two_people_chat() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    assert_eq!(talk, bob.meets(&alice).await, "one conversation, whoever starts it");

    let hello = alice.sends(&talk, "hello").await;
    assert_eq!(hello["seq"], 1);
    assert_eq!(hello["senderId"], alice.id.as_str());
    assert_eq!(hello["sender"]["displayName"], "alice");
    bob.sends(&talk, "hi").await;
    assert_eq!(alice.texts(&talk).await, ["hello", "hi"]);
    assert_eq!(bob.texts(&talk).await, ["hello", "hi"]);
}

#[tokio::test]
async fn both_start_at_once_and_have_one_conversation() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let (one, other) = tokio::join!(alice.meets(&bob), bob.meets(&alice));
    assert_eq!(one, other);
}

#[tokio::test]
async fn notes_are_a_conversation_with_oneself() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let notes = alice.meets(&alice).await;
    alice.sends(&notes, "milk").await;
    let view = alice.looks_at(&notes).await.value();
    assert_eq!((view["memberCount"].clone(), view["state"]["unreadCount"].clone()), (json!(1), json!(0)));
}

#[tokio::test]
async fn the_same_id_is_the_same_message_for_ever() {
    let world = World::new().await;
    let [mut alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let id = fresh();
    let first = alice.sends_as(&id, &talk, "once").await.value();
    for (days, label) in [(0, "at once"), (1, "a day later"), (30, "a month later")] {
        world.advances(days * 86_400).await;
        alice.signs_in_again().await;
        assert_eq!(alice.sends_as(&id, &talk, "once").await.value(), first, "{label}");
    }
    alice.sends_as(&id, &talk, "other words").await.refused("Conflict");
    let elsewhere = alice.meets(&alice).await;
    alice.sends_as(&id, &elsewhere, "once").await.refused("Conflict");
    let mut bob = bob;
    bob.signs_in_again().await;
    bob.sends_as(&id, &talk, "once").await.refused("Conflict");
    assert_eq!(alice.texts(&talk).await, ["once"]);
}

#[tokio::test]
async fn an_edit_is_marked_and_the_earlier_text_kept() {
    let world = World::new().await;
    let [mut alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let id = alice.sends(&talk, "helo").await["id"].clone();
    let edit = json!({ "conversationId": talk, "messageId": id, "text": "hello" });
    let edited = alice.does("editMessage", edit.clone(), MESSAGE).await.value();
    assert_eq!((edited["text"].clone(), edited["rev"].clone()), (json!("hello"), json!(1)));
    assert!(edited["editedAt"].is_string());
    assert_eq!(
        alice.does("editMessage", edit.clone(), MESSAGE).await.value(),
        edited,
        "the same edit again is no edit"
    );
    bob.does("editMessage", edit.clone(), MESSAGE).await.refused("Forbidden");
    let view = bob.looks_at(&talk).await.value();
    assert_eq!(view["lastMessage"]["text"], "hello");

    let info = "query($c: ID!, $m: ID!) { getMessageInfo(conversationId: $c, messageId: $m) { edits { text } readCount } }";
    let info = bob.asks(info, json!({ "c": talk, "m": id })).await.value();
    assert_eq!(info["edits"], json!([{ "text": "helo" }]));

    world.advances(16 * 60).await;
    let late = json!({ "conversationId": talk, "messageId": id, "text": "hello again" });
    alice.signs_in_again().await;
    alice.does("editMessage", late, MESSAGE).await.refused("Forbidden");
}

#[tokio::test]
async fn a_message_deleted_for_everyone_leaves_its_number() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let secret = alice.sends(&talk, "secret").await;
    alice.sends(&talk, "next").await;
    let input = json!({ "conversationId": talk, "messageId": secret["id"], "scope": "EVERYONE" });
    bob.does("deleteMessage", input.clone(), MESSAGE).await.refused("Forbidden");
    let gone = alice.does("deleteMessage", input.clone(), MESSAGE).await.value();
    assert!(gone["text"].is_null() && gone["deletedAt"].is_string());
    assert_eq!(
        alice.does("deleteMessage", input, MESSAGE).await.value(),
        gone,
        "deleting twice is deleting once"
    );
    let seen = bob.reads(&talk).await;
    assert_eq!(seen.iter().map(|message| message["seq"].clone()).collect::<Vec<_>>(), [json!(1), json!(2)]);
    assert!(seen[0]["text"].is_null());
}

#[tokio::test]
async fn a_message_deleted_for_me_is_there_for_others() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let message = alice.sends(&talk, "embarrassing").await;
    alice.sends(&talk, "fine").await;
    let input = json!({ "conversationId": talk, "messageId": message["id"], "scope": "ME" });
    bob.does("deleteMessage", input, MESSAGE).await.value();
    assert_eq!(bob.texts(&talk).await, ["fine"]);
    assert_eq!(alice.texts(&talk).await, ["embarrassing", "fine"]);
}

#[tokio::test]
async fn one_reaction_per_person_and_message() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let message = alice.sends(&talk, "look").await;
    let react = |emoji: &str| json!({ "conversationId": talk, "messageId": message["id"], "emoji": emoji });
    bob.does("setReaction", react("👍"), MESSAGE).await.value();
    let changed = bob.does("setReaction", react("👨‍👩‍👧‍👦"), MESSAGE).await.value();
    assert_eq!(changed["reactions"], json!([{ "emoji": "👨‍👩‍👧‍👦", "count": 1, "userIds": [bob.id] }]));
    let both = alice.does("setReaction", react("👨‍👩‍👧‍👦"), MESSAGE).await.value();
    assert_eq!(both["reactions"][0]["count"], 2);
    for bad in ["", "a", "👍👍"] {
        bob.does("setReaction", react(bad), MESSAGE).await.refused("BadRequest");
    }
    let take = json!({ "conversationId": talk, "messageId": message["id"] });
    alice.does("removeReaction", take.clone(), MESSAGE).await.value();
    let left = bob.does("removeReaction", take, MESSAGE).await.value();
    assert_eq!(left["reactions"], json!([]));
}

#[tokio::test]
async fn a_reply_quotes_and_a_forward_counts() {
    let world = World::shared().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let talk = alice.meets(&bob).await;
    let question = alice.sends(&talk, "when?").await;
    let input =
        json!({ "id": fresh(), "conversationId": talk, "text": "at noon", "replyToSeq": question["seq"] });
    let answer = bob.does("sendMessage", input, MESSAGE).await.value();
    assert_eq!(answer["replyTo"], json!({ "id": question["id"], "seq": 1, "text": "when?" }));

    let other = bob.meets(&carol).await;
    let id = fresh();
    let targets = json!([{ "conversationId": other, "ids": [id] }]);
    let input = json!({ "fromConversationId": talk, "messageIds": [question["id"]], "targets": targets });
    let wanted = format!("{{ id conversationId errorType message {MESSAGE} }}");
    let results = bob.does("forwardMessages", input.clone(), &wanted).await.value();
    assert_eq!(
        (results[0]["message"]["text"].clone(), results[0]["message"]["forwardCount"].clone()),
        (json!("when?"), json!(1))
    );
    assert_eq!(bob.does("forwardMessages", input, &wanted).await.value(), results, "forwarded once");
    assert_eq!(carol.texts(&other).await, ["when?"]);
}

#[tokio::test]
async fn watermarks_move_forward_only_and_unread_is_what_is_left() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    for number in 1..=5 {
        alice.sends(&talk, &format!("{number}")).await;
    }
    let unread = |view: serde_json::Value| view["state"]["unreadCount"].clone();
    assert_eq!(unread(bob.looks_at(&talk).await.value()), 5);
    assert_eq!(unread(alice.looks_at(&talk).await.value()), 0, "one's own messages are read");
    assert_eq!(bob.has_read(&talk, 3).await.value()["readSeq"], 3);
    assert_eq!(bob.has_read(&talk, 2).await.value()["readSeq"], 3, "never backwards");
    assert_eq!(unread(bob.looks_at(&talk).await.value()), 2);
    bob.sends(&talk, "6").await;
    assert_eq!(unread(bob.looks_at(&talk).await.value()), 0);
    assert_eq!(unread(alice.looks_at(&talk).await.value()), 1);
}

#[tokio::test]
async fn an_outbox_is_sent_in_order_with_a_result_each() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let message = |id: &str, text: &str| json!({ "id": id, "conversationId": talk, "text": text });
    let (one, two, three) = (fresh(), fresh(), fresh());
    alice.sends_as(&one, &talk, "first").await.value();
    let outbox =
        json!({ "messages": [message(&one, "first"), message(&two, "second"), message(&three, "third")] });
    let wanted = "{ id conversationId errorType message { id seq text } }";
    let results = alice.does("sendMessages", outbox, wanted).await.value();
    let numbers: Vec<_> =
        results.as_array().unwrap().iter().map(|result| result["message"]["seq"].clone()).collect();
    assert_eq!(numbers, [json!(1), json!(2), json!(3)]);
    assert_eq!(bob.texts(&talk).await, ["first", "second", "third"]);
}

#[tokio::test]
async fn stars_are_mine_and_pins_are_everybodys() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let mut ids = Vec::new();
    for number in 1..=4 {
        ids.push(alice.sends(&talk, &format!("{number}")).await["id"].clone());
    }
    let of = |id: &serde_json::Value| json!({ "conversationId": talk, "messageId": id });
    bob.does("starMessage", of(&ids[0]), "{ seq starredAt }").await.value();
    bob.does("starMessage", of(&ids[2]), "{ seq starredAt }").await.value();
    world.settles().await;
    let starred = "{ listStarredMessages { items { seq message { text } } } }";
    let items = bob.asks(starred, json!({})).await.value()["items"].clone();
    assert_eq!(
        items,
        json!([{ "seq": 3, "message": { "text": "3" } }, { "seq": 1, "message": { "text": "1" } }])
    );
    assert_eq!(alice.asks(starred, json!({})).await.value()["items"], json!([]));
    bob.does("unstarMessage", of(&ids[2]), "{ seq starredAt }").await.value();
    assert_eq!(bob.asks(starred, json!({})).await.value()["items"].as_array().unwrap().len(), 1);

    for id in &ids[..3] {
        bob.does("pinMessage", of(id), MESSAGE).await.value();
    }
    bob.does("pinMessage", of(&ids[3]), MESSAGE).await.refused("LimitExceeded");
    alice.does("unpinMessage", of(&ids[1]), MESSAGE).await.value();
    let pinned = "query($id: ID!) { listPinnedMessages(conversationId: $id) { text } }";
    let pinned = bob.asks(pinned, json!({ "id": talk })).await.value();
    assert_eq!(pinned, json!([{ "text": "3" }, { "text": "1" }]));
}

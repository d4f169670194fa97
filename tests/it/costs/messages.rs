//! Messages, and what is done with them.

use serde_json::{Value, json};
use tests::Person;
use tests::chat::fresh;

use super::ledger::Ledger;
use super::scene::{CONVERSATION, MESSAGE, STATE, Scene, TEXT, sends};

pub(super) async fn count(ledger: &mut Ledger, scene: &Scene) {
    sending(ledger, scene).await;
    several(ledger, scene).await;
    reading(ledger, scene).await;
    receipts(ledger, scene).await;
    changes(ledger, scene).await;
    own(ledger, scene).await;
    syncing(ledger, scene).await;
}

async fn sending(ledger: &mut Ledger, scene: &Scene) {
    let Scene { alice, bob, .. } = scene;
    for (case, talk) in scene.sizes() {
        ledger.counts("sendMessage", case, sends(alice, talk, json!({}))).await;
    }
    let again = json!({ "id": fresh() });
    sends(alice, &scene.direct, again.clone()).await.value();
    ledger.counts("sendMessage", "the same again", sends(alice, &scene.direct, again)).await;
    let reply = sends(bob, &scene.direct, json!({ "replyToSeq": 1 }));
    ledger.counts("sendMessage", "a reply", reply).await;
    let mention = sends(alice, &scene.ten, json!({ "mentions": [bob.id] }));
    ledger.counts("sendMessage", "with a mention", mention).await;
}

/// After this, the direct conversation has more than fifty messages.
async fn several(ledger: &mut Ledger, scene: &Scene) {
    let outbox = |talk: &str, messages: usize| {
        let message = || json!({ "id": fresh(), "conversationId": talk, "text": TEXT });
        json!({ "messages": (0..messages).map(|_| message()).collect::<Vec<_>>() })
    };
    let wanted = format!("{{ id errorType message {MESSAGE} }}");
    // One transaction each, and so one batch of the stream.
    for (case, talk, messages) in [
        ("25", &scene.direct, 25),
        ("10, direct", &scene.direct, 10),
        ("10, group of 100", &scene.hundred, 10),
    ] {
        let request = scene.alice.does("sendMessages", outbox(talk, messages), &wanted);
        ledger.counts("sendMessages", case, request).await;
    }
    scene.alice.does("sendMessages", outbox(&scene.direct, 25), &wanted).await.value();

    let latest = scene.alice.reads(&scene.direct).await;
    let ids: Vec<_> = latest.iter().rev().take(5).map(|message| message["id"].clone()).collect();
    let talks = talks(&scene.alice).await;
    for (case, messages, targets) in [("1 to 1", 1, 1), ("5 to 5", 5, 5)] {
        let target = |talk: &String| {
            let ids: Vec<_> = (0..messages).map(|_| fresh()).collect();
            json!({ "conversationId": talk, "ids": ids })
        };
        let input = json!({
            "fromConversationId": scene.direct,
            "messageIds": ids[..messages],
            "targets": talks[..targets].iter().map(target).collect::<Vec<_>>(),
        });
        let request = scene.alice.does("forwardMessages", input, &wanted);
        ledger.counts_steps("forwardMessages", case, request).await;
    }
}

/// Direct conversations of alice's other than the one in which she talks.
async fn talks(alice: &Person) -> Vec<String> {
    let document = "{ listConversations(filter: { kind: DIRECT }, limit: 50) { items { id seq } } }";
    let page = alice.asks(document, json!({})).await.value();
    let quiet = page["items"].as_array().into_iter().flatten().filter(|talk| talk["seq"] == 0);
    quiet.filter_map(|talk| talk["id"].as_str().map(str::to_owned)).collect()
}

async fn reading(ledger: &mut Ledger, scene: &Scene) {
    let talk = scene.direct.as_str();
    let list = |position: &str, wanted: &str| {
        let items = format!("items {wanted} hasBefore hasAfter");
        format!("query($id: ID!) {{ listMessages(conversationId: $id, {position}limit: 50) {{ {items} }} }}")
    };
    let looked_up = MESSAGE.replace("senderId", "sender { id displayName } replyTo { seq text }");
    let cases = [
        ("the latest 50", list("", MESSAGE)),
        ("50 before a position", list("before: 52, ", MESSAGE)),
        ("50 around a position", list("around: 26, ", MESSAGE)),
        ("the latest 50, with senders", list("", &looked_up)),
    ];
    for (case, document) in cases {
        ledger.counts("listMessages", case, scene.bob.asks(&document, json!({ "id": talk }))).await;
    }
    for (case, talk) in scene.sizes() {
        let id = sends(&scene.alice, talk, json!({})).await.value()["id"].clone();
        let ids = json!({ "talk": talk, "id": id });
        let get = format!(
            "query($talk: ID!, $id: ID!) {{ getMessage(conversationId: $talk, messageId: $id) {MESSAGE} }}"
        );
        ledger.counts("getMessage", case, scene.bob.asks(&get, ids.clone())).await;
        let info = "query($talk: ID!, $id: ID!) { getMessageInfo(conversationId: $talk, messageId: $id, limit: 100) {
            receipts { userId readSeq } deliveredCount readCount reactions { userId emoji } edits { text } } }";
        ledger.counts("getMessageInfo", case, scene.alice.asks(info, ids)).await;
    }
}

async fn receipts(ledger: &mut Ledger, scene: &Scene) {
    for (case, talk) in scene.sizes() {
        let seq = sends(&scene.alice, talk, json!({})).await.value()["seq"].clone();
        let input = json!({ "conversationId": talk, "seq": seq });
        let request = scene.bob.does("markDelivered", input.clone(), STATE);
        ledger.counts("markDelivered", case, request).await;
        ledger.counts("markRead", case, scene.bob.does("markRead", input, STATE)).await;
    }
    let seq = sends(&scene.alice, &scene.direct, json!({})).await.value()["seq"].clone();
    let input = json!({ "conversationId": scene.direct, "seq": seq });
    let request = scene.bob.does("markRead", input.clone(), STATE);
    ledger.counts("markRead", "direct, not delivered before", request).await;
    ledger.counts("markRead", "the same again", scene.bob.does("markRead", input.clone(), STATE)).await;
    let wanted = STATE.replace("version", "version draft");
    ledger.counts("markRead", "the same, with the draft", scene.bob.does("markRead", input, &wanted)).await;
}

/// Everything that all members see.
async fn changes(ledger: &mut Ledger, scene: &Scene) {
    let Scene { alice, bob, .. } = scene;
    for (case, talk) in scene.sizes() {
        let id = sends(alice, talk, json!({})).await.value()["id"].clone();
        let of = |more: Value| {
            let mut input = json!({ "conversationId": talk, "messageId": id });
            for (name, value) in more.as_object().into_iter().flatten() {
                input[name] = value.clone();
            }
            input
        };
        let steps = [
            ("editMessage", alice, of(json!({ "text": "Shall we meet at nine?" }))),
            ("setReaction", bob, of(json!({ "emoji": "👍" }))),
            ("removeReaction", bob, of(json!({}))),
            ("pinMessage", alice, of(json!({}))),
        ];
        for (field, who, input) in steps {
            ledger.counts(field, case, who.does(field, input, MESSAGE)).await;
        }
        let pinned = format!("query($id: ID!) {{ listPinnedMessages(conversationId: $id) {MESSAGE} }}");
        ledger.counts("listPinnedMessages", case, bob.asks(&pinned, json!({ "id": talk }))).await;
        ledger.counts("unpinMessage", case, alice.does("unpinMessage", of(json!({})), MESSAGE)).await;
        let input = of(json!({ "scope": "EVERYONE" }));
        let case = format!("for everyone, {case}");
        ledger.counts("deleteMessage", &case, alice.does("deleteMessage", input, MESSAGE)).await;
    }
}

/// What one person does for themself.
async fn own(ledger: &mut Ledger, scene: &Scene) {
    let (bob, talk) = (&scene.bob, &scene.direct);
    let id = sends(&scene.alice, talk, json!({})).await.value()["id"].clone();
    let input = json!({ "conversationId": talk, "messageId": id });
    let star = format!("{{ seq starredAt message {MESSAGE} }}");
    ledger.counts("starMessage", "direct", bob.does("starMessage", input.clone(), &star)).await;
    let list = format!("{{ listStarredMessages {{ items {star} }} }}");
    ledger.counts("listStarredMessages", "1 of all", bob.asks(&list, json!({}))).await;
    let list = format!("query($id: ID!) {{ listStarredMessages(conversationId: $id) {{ items {star} }} }}");
    let request = bob.asks(&list, json!({ "id": talk }));
    ledger.counts("listStarredMessages", "1 of one conversation", request).await;
    ledger.counts("unstarMessage", "direct", bob.does("unstarMessage", input.clone(), &star)).await;
    let hide = json!({ "conversationId": talk, "messageId": id, "scope": "ME" });
    ledger.counts("deleteMessage", "for oneself", bob.does("deleteMessage", hide, MESSAGE)).await;
}

async fn syncing(ledger: &mut Ledger, scene: &Scene) {
    let alice = &scene.alice;
    let document = format!(
        "query($cursor: String) {{ syncConversations(cursor: $cursor, limit: 100) {{
           items {CONVERSATION} receipts {{ userId readSeq }} left cursor hasMore resync }} }}"
    );
    let ask = |cursor: Value| alice.asks(&document, json!({ "cursor": cursor }));
    let all = ledger.counts("syncConversations", "all of 50", ask(Value::Null)).await;
    assert_eq!(all["items"].as_array().map(Vec::len), Some(50), "alice is in 50 conversations");
    let same = ledger.counts("syncConversations", "none of 50 changed", ask(all["cursor"].clone())).await;
    sends(&scene.bob, &scene.direct, json!({})).await.value();
    let one = ledger.counts("syncConversations", "1 of 50 changed", ask(same["cursor"].clone())).await;
    assert_eq!(one["items"].as_array().map(Vec::len), Some(1));

    let document = format!(
        "query($id: ID!, $seq: Int!, $rev: Int!) {{
           syncMessages(conversationId: $id, afterSeq: $seq, afterRev: $rev, limit: 100) {{
             events {{ id type seq rev message {MESSAGE} }} seq rev hasMore receipts {{ userId readSeq }} hidden starred }} }}"
    );
    let head = alice.looks_at(&scene.direct).await.value();
    let (seq, rev) = (head["seq"].as_u64().expect("a number"), head["rev"].as_u64().expect("a number"));
    for (case, behind) in [("nothing new", 0), ("1 message behind", 1), ("50 messages behind", 50)] {
        let variables = json!({ "id": scene.direct, "seq": seq - behind, "rev": rev });
        ledger.counts("syncMessages", case, alice.asks(&document, variables)).await;
    }
    let variables = json!({ "id": scene.hundred, "seq": 0, "rev": 0 });
    ledger.counts("syncMessages", "all, group of 100", alice.asks(&document, variables)).await;
}

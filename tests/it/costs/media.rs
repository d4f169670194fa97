//! Media. What S3 charges is told in `docs/costs.md`; here is what the table does.

use serde_json::{Value, json};
use tests::chat::fresh;
use tests::media::UPLOAD;
use tests::{File, Person};

use super::ledger::Ledger;
use super::scene::{MESSAGE, Scene};

pub(super) async fn count(ledger: &mut Ledger, scene: &Scene) {
    let (alice, bob) = (&scene.alice, &scene.bob);
    let picture = File::picture(8, 8);
    let id = fresh();
    for case in ["new", "the same again"] {
        let request = alice.does("createUpload", picture.wish(&id), UPLOAD);
        ledger.counts("createUpload", case, request).await;
    }
    let mut album = Vec::new();
    for _ in 0..11 {
        album.push(alice.uploads(&picture).await);
    }
    let (one, ten) = (&album[..1], &album[1..]);
    let first = ledger.counts("sendMessage", "a picture", sends(alice, &scene.direct, one)).await;
    let second = ledger.counts("sendMessage", "ten pictures", sends(alice, &scene.direct, ten)).await;
    let link = "query($c: ID!, $m: ID!, $a: ID!) { getAttachmentUrl(conversationId: $c, messageId: $m, attachmentId: $a) { url } }";
    let wanted = json!({ "c": scene.direct, "m": first["id"], "a": one[0] });
    ledger.counts("getAttachmentUrl", "", bob.asks(link, wanted)).await;
    let links = "query($c: ID!, $a: [AttachmentRefInput!]!) { getAttachmentUrls(conversationId: $c, attachments: $a) { url } }";
    let named: Vec<_> =
        ten.iter().map(|id| json!({ "messageId": second["id"], "attachmentId": id })).collect();
    let request = bob.asks(links, json!({ "c": scene.direct, "a": named }));
    ledger.counts("getAttachmentUrls", "10 of one message", request).await;
    let list = format!(
        "query($c: ID!) {{ listSharedMedia(conversationId: $c, kind: MEDIA) {{ items {MESSAGE} nextToken }} }}"
    );
    let request = bob.asks(&list, json!({ "c": scene.direct }));
    ledger.counts("listSharedMedia", "2", request).await;
    for (case, message) in [("a picture, for everyone", first), ("ten pictures, for everyone", second)] {
        let delete =
            json!({ "conversationId": scene.direct, "messageId": message["id"], "scope": "EVERYONE" });
        ledger.counts("deleteMessage", case, alice.does("deleteMessage", delete, MESSAGE)).await;
    }
}

async fn sends(person: &Person, talk: &str, attachments: &[String]) -> tests::Reply {
    let input: Value = json!({ "id": fresh(), "conversationId": talk, "attachmentIds": attachments });
    person.does("sendMessage", input, MESSAGE).await
}

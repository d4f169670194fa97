//! What people share arrives with its measures, and nothing of where it was made.

use serde_json::json;
use tests::chat::fresh;
use tests::{File, World};

#[tokio::test]
async fn a_photo_reaches_a_group_with_a_small_picture_and_without_its_place() {
    let world = World::new().await;
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let talk = alice.gathers("trip", &[&bob, &carol]).await;
    let (mut at_alice, mut at_bob) = (alice.listens().await, bob.listens().await);
    let photo = File::photo(400, 200, "47.3769N 8.5417E");
    let id = fresh();
    let attachment = alice.uploads_as(&id, &photo).await;
    let told = at_alice.hears("the verdict", |event| event["type"] == "ATTACHMENT_CHANGED").await;
    assert_eq!((&told["attachment"]["id"], &told["attachment"]["status"]), (&json!(id), &json!("READY")));
    // Turned by a quarter, as the telephone says.
    assert_eq!((&attachment["width"], &attachment["height"]), (&json!(200), &json!(400)));

    let sent = alice.tries_to_send_files(&talk, &[&id], Some("the lake")).await.value();
    assert_eq!((&sent["kind"], &sent["text"]), (&json!("IMAGE"), &json!("the lake")));
    let heard = at_bob.hears_text("the lake").await;
    let seen = &heard["message"]["attachments"][0];
    assert_eq!((&seen["id"], &seen["width"], &seen["hasThumbnail"]), (&json!(id), &json!(200), &json!(true)));
    assert_eq!(seen["blurHash"].as_str().map(str::len), Some(28));

    let message = sent["id"].as_str().expect("an id");
    let link = |variant| carol.asks_for_link(&talk, message, &id, variant);
    let original = link("ORIGINAL").await.value();
    let (status, headers, bytes) = carol.follows(original["url"].as_str().expect("a link")).await;
    assert_eq!((status, headers["content-type"].to_str().expect("text")), (200, "image/jpeg"));
    let tells = |bytes: &[u8]| bytes.windows(8).any(|window| window == b"47.3769N");
    assert!(tells(&photo.bytes) && !tells(&bytes), "the place is not for others");
    let thumbnail = link("THUMBNAIL").await.value();
    let (status, _, bytes) = carol.follows(thumbnail["url"].as_str().expect("a link")).await;
    assert_eq!(status, 200);
    let small = image::load_from_memory(&bytes).expect("a picture");
    assert_eq!((small.width(), small.height()), (160, 320));
    assert_eq!(carol.shared(&talk, "MEDIA").await, [message]);
    assert!(carol.shared(&talk, "FILES").await.is_empty());
    let search = "query($q: String!) { searchMessages(query: $q) { items { message { id } } } }";
    for query in ["lake", "has:image", "has:image lake"] {
        let found = bob.asks(search, json!({ "q": query })).await.value();
        assert_eq!(found["items"], json!([{ "message": { "id": message } }]), "{query}");
    }
    let found = bob.asks(search, json!({ "q": "has:video" })).await.value();
    assert_eq!(found["items"], json!([]));
}

#[tokio::test]
async fn a_voice_note_and_a_file_say_what_they_are() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let voice = alice.sends_file(&talk, &File::voice(3)).await;
    assert_eq!(
        (&voice["kind"], &voice["attachments"][0]["durationMs"]),
        (&json!("VOICE_NOTE"), &json!(3_000))
    );
    assert_eq!(voice["attachments"][0]["waveform"].as_str().map(str::len), Some(88));
    let file =
        alice.sends_file(&talk, &File::of("Bảng lương.pdf", "application/pdf", b"%PDF-1.7\nsalaries")).await;
    let (kind, name) = (&file["kind"], &file["attachments"][0]["fileName"]);
    assert_eq!((kind, name), (&json!("FILE"), &json!("Bảng lương.pdf")));
    let messages = bob.reads(&talk).await;
    let kinds: Vec<_> = messages.iter().map(|message| message["kind"].as_str().unwrap_or_default()).collect();
    assert_eq!(kinds, ["VOICE_NOTE", "FILE"]);
    let id = file["id"].as_str().expect("an id");
    assert_eq!(bob.shared(&talk, "FILES").await, [id]);
    assert_eq!(bob.shared(&talk, "AUDIO").await.len(), 1);
    let link = bob.asks_for_link(&talk, id, id, "ORIGINAL").await.value();
    let (status, headers, bytes) = bob.follows(link["url"].as_str().expect("a link")).await;
    assert_eq!((status, bytes.as_slice()), (200, &b"%PDF-1.7\nsalaries"[..]));
    let disposition = headers["content-disposition"].to_str().expect("text");
    assert!(disposition.starts_with("attachment; ") && disposition.contains("B%E1%BA%A3ng"), "{disposition}");
    assert_eq!(headers["content-type"], "application/octet-stream");
}

#[tokio::test]
async fn an_album_has_thirty_pictures_and_a_wish_said_again_is_the_same() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let picture = File::picture(2, 2);
    let mut album = Vec::new();
    for _ in 0..30 {
        let id = fresh();
        let upload = alice.asks_to_upload(&id, &picture).await;
        assert_eq!(alice.posts(&upload["form"], &picture.bytes).await.0, 204);
        album.push(id);
    }
    world.settles().await;
    let ids: Vec<&str> = album.iter().map(String::as_str).collect();
    let input = json!({ "id": fresh(), "conversationId": talk, "attachmentIds": ids });
    let wanted = "{ id seq kind attachments { id status } }";
    let sent = alice.does("sendMessage", input.clone(), wanted).await.value();
    let got: Vec<_> =
        sent["attachments"].as_array().expect("a list").iter().map(|one| one["id"].clone()).collect();
    assert_eq!(json!(got), json!(ids), "in the order in which they were given");
    assert_eq!(alice.does("sendMessage", input, wanted).await.value(), sent);
    let again = alice.asks_to_upload(&album[0], &picture).await;
    assert_eq!((&again["attachment"]["status"], again["form"].is_null()), (&json!("READY"), true));
    let other = File { name: "other.png", ..picture };
    alice.does("createUpload", other.wish(&album[0]), "{ attachment { id } }").await.refused("Conflict");
    bob.does("createUpload", other.wish(&album[0]), "{ attachment { id } }").await.refused("Conflict");
}

#[tokio::test]
async fn texts_with_links_are_found_until_they_have_none() {
    let world = World::shared().await;
    let alice = world.person("alice").await;
    let talk = alice.meets(&alice).await;
    let first = alice.sends(&talk, "read https://example.com/a").await;
    let second = alice.sends(&talk, "and http://example.com/b").await;
    alice.sends(&talk, "nothing here").await;
    assert_eq!(json!(alice.shared(&talk, "LINKS").await), json!([second["id"], first["id"]]));
    let edit = json!({ "conversationId": talk, "messageId": second["id"], "text": "never mind" });
    alice.does("editMessage", edit, "{ id }").await.value();
    let delete = json!({ "conversationId": talk, "messageId": first["id"], "scope": "EVERYONE" });
    alice.does("deleteMessage", delete, "{ id }").await.value();
    assert!(alice.shared(&talk, "LINKS").await.is_empty());
}

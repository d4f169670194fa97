//! What is not what it says does not get far (S8).

use serde_json::{Value, json};
use tests::chat::fresh;
use tests::{File, Person, World};

/// What comes of bytes that were posted as a file that says something else.
async fn verdict(person: &Person, file: &File, bytes: &[u8]) -> Value {
    let claim = File { bytes: bytes.to_vec(), ..file.clone() };
    person.uploads_as(&fresh(), &claim).await
}

#[tokio::test]
async fn bytes_that_lie_are_refused_and_gone() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let talk = alice.meets(&alice).await;
    let mut ear = alice.listens().await;
    let picture = File::picture(2, 2);
    let mut bomb = picture.bytes.clone();
    bomb[16..24].copy_from_slice(&[0, 7, 0xFF, 0xFF, 0, 7, 0xFF, 0xFF]);
    let crc = flate2::Crc::new();
    let crc = {
        let mut crc = crc;
        crc.update(&bomb[12..29]);
        crc.sum().to_be_bytes()
    };
    bomb[29..33].copy_from_slice(&crc);
    let half = &picture.bytes[..picture.bytes.len() / 2];
    for (bytes, reason) in [
        (&br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#[..], "WRONG_TYPE"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "WRONG_TYPE"),
        (&File::voice(1).bytes, "WRONG_TYPE"),
        (&bomb, "TOO_MANY_PIXELS"),
        (half, "UNREADABLE"),
    ] {
        let attachment = verdict(&alice, &picture, bytes).await;
        let id = attachment["id"].as_str().expect("an id");
        assert_eq!((&attachment["status"], &attachment["rejection"]), (&json!("REJECTED"), &json!(reason)));
        ear.hears(reason, |event| event["attachment"]["rejection"] == reason).await;
        alice.tries_to_send_files(&talk, &[id], None).await.refused("Forbidden");
    }
    let objects = world.look("objects").await;
    assert_eq!(objects.as_array().map(Vec::len), Some(0), "{objects:#}");
}

#[tokio::test]
async fn a_form_is_good_for_one_object_and_for_five_minutes() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let picture = File::picture(2, 2);
    let id = fresh();
    let form = alice.asks_to_upload(&id, &picture).await["form"].clone();
    let with = |name: &str, value: &str| {
        let mut form = form.clone();
        for field in form["fields"].as_array_mut().expect("fields") {
            if field["name"] == name {
                field["value"] = json!(value);
            }
        }
        form
    };
    let longer = [&picture.bytes[..], b"!"].concat();
    let (status, body) = alice.posts(&form, &longer).await;
    assert!(status == 400 && body.contains("EntityTooLarge"), "{status} {body}");
    let (status, body) = alice.posts(&form, &picture.bytes[1..]).await;
    assert!(status == 400 && body.contains("EntityTooSmall"), "{status} {body}");
    for (name, value) in [
        ("key", format!("uploads/{}/{id}", bob.id)),
        ("key", "media/../uploads/x".to_owned()),
        ("key", format!("media/{id}/original")),
        ("Content-Type", "text/html".to_owned()),
        ("x-amz-signature", "0".repeat(64)),
    ] {
        let (status, body) = alice.posts(&with(name, &value), &picture.bytes).await;
        assert!(status == 403 && body.contains("<Error>"), "{name} {value}: {status} {body}");
    }
    world.advances(6 * 60).await;
    let (status, body) = alice.posts(&form, &picture.bytes).await;
    assert!(status == 403 && body.contains("AccessDenied"), "{status} {body}");
    assert_eq!(world.look("objects").await.as_array().map(Vec::len), Some(0));
}

#[tokio::test]
async fn what_was_looked_at_stays_what_it_was() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let talk = alice.meets(&alice).await;
    let file = File::of("a.txt", "text/plain", b"what it was");
    let id = fresh();
    let form = alice.asks_to_upload(&id, &file).await["form"].clone();
    assert_eq!(alice.posts(&form, &file.bytes).await.0, 204);
    world.settles().await;
    assert_eq!(alice.posts(&form, b"what it is!").await.0, 204, "the form is still good");
    world.settles().await;
    let sent = alice.tries_to_send_files(&talk, &[&id], None).await.value();
    let link = alice.asks_for_link(&talk, sent["id"].as_str().expect("an id"), &id, "ORIGINAL").await.value();
    let (_, _, bytes) = alice.follows(link["url"].as_str().expect("a link")).await;
    assert_eq!(bytes, b"what it was");
}

#[tokio::test]
async fn only_ones_own_ready_attachments_can_be_sent() {
    let world = World::new().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    let id = alice.uploads(&File::picture(2, 2)).await;
    bob.tries_to_send_files(&talk, &[&id], None).await.refused("NotFound");
    bob.tries_to_send_files(&talk, &[&fresh()], None).await.refused("NotFound");
    let pending = fresh();
    alice.asks_to_upload(&pending, &File::picture(2, 2)).await;
    alice.tries_to_send_files(&talk, &[&pending], None).await.refused("Forbidden");
    let file = alice.uploads(&File::of("a.txt", "text/plain", b"a")).await;
    alice.tries_to_send_files(&talk, &[&id, &file], None).await.refused("BadRequest");
    let large = json!({ "id": fresh(), "kind": "STICKER", "fileName": "a.png", "contentType": "image/png", "size": 524_289 });
    alice.does("createUpload", large, "{ attachment { id } }").await.refused("LimitExceeded");
    assert!(bob.reads(&talk).await.is_empty());
}

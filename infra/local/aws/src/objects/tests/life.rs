//! What ends by itself.

use super::sdk::{bytes, client};
use super::world;

const DAY: i64 = 86_400;

#[tokio::test]
async fn an_object_ends_at_the_midnight_after_its_days() {
    let world = world();
    let client = client(&world, "keeper");
    let put =
        |key: &str, tags: &str| client.put_object().bucket("media").key(key).tagging(tags).body(bytes("x"));
    put("uploads/unused", "used=no").send().await.unwrap();
    put("uploads/used", "used=yes").send().await.unwrap();
    put("media/unused", "used=no").send().await.unwrap();
    world.pass(DAY - 60);
    assert_eq!(world.objects.sweep().unwrap(), 0);
    world.pass(DAY + 60);
    assert_eq!(world.objects.sweep().unwrap(), 1);
    assert_eq!(world.keys(), ["media/unused", "uploads/used"]);
    let (function, event) = world.told().await.pop().unwrap();
    assert_eq!(function, "count-deletions");
    assert_eq!(event["detail"]["reason"], "Lifecycle Expiration");
}

#[tokio::test]
async fn an_unfinished_upload_ends_too() {
    let world = world();
    let client = client(&world, "keeper");
    let upload = client.create_multipart_upload().bucket("media").key("video").send().await.unwrap();
    let upload = upload.upload_id.unwrap();
    let part = || {
        let part = client.upload_part().bucket("media").key("video").upload_id(&upload).part_number(1);
        part.body(bytes("x")).send()
    };
    part().await.unwrap();
    assert_eq!(world.objects.sweep().unwrap(), 0);
    world.pass(2 * DAY);
    assert_eq!(world.objects.sweep().unwrap(), 1);
    world.objects.list().unwrap();
}

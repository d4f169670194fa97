//! Who, what and when.

use serde_json::json;
use tests::World;
use tests::chat::fresh;

use super::finds;

#[tokio::test]
async fn senders_and_traits_choose() {
    let world = World::shared().await;
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let talk = alice.meets(&bob).await;
    alice.sends(&talk, "lunch at https://example.com/menu").await;
    bob.sends(&talk, "lunch sounds good").await;
    let place = json!({ "latitude": 10.77, "longitude": 106.69, "name": "Chợ Bến Thành" });
    let input = json!({ "id": fresh(), "conversationId": talk, "location": place });
    bob.does("sendMessage", input, "{ id }").await.value();

    assert_eq!(finds(&alice, &talk, "from:me lunch").await, ["lunch at https://example.com/menu"]);
    assert_eq!(finds(&bob, &talk, "from:me lunch").await, ["lunch sounds good"]);
    let of_bob = format!("lunch from:{}", bob.id);
    assert_eq!(finds(&alice, &talk, &of_bob).await, ["lunch sounds good"]);
    assert_eq!(finds(&bob, &talk, "has:link").await, ["lunch at https://example.com/menu"]);
    assert_eq!(finds(&alice, &talk, "has:location").await, [""], "a place has no text");
    assert_eq!(finds(&alice, &talk, "ben thanh").await, [""], "but a name");
}

#[tokio::test]
async fn days_begin_where_the_person_lives() {
    let world = World::new().await;
    let alice = world.person("alice").await;
    let talk = alice.meets(&alice).await;
    let now = jiff::Timestamp::try_from(world.now().await).unwrap();
    // To the next moment at which it is 20:00 in UTC: on Kiritimati it is ten in the morning of the day after.
    let today = now.to_zoned(jiff::tz::TimeZone::UTC);
    let evening = today.date().tomorrow().unwrap().at(20, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap();
    let ahead = evening.timestamp().as_second() - now.as_second();
    world.advances(u64::try_from(ahead).unwrap()).await;
    let alice = {
        let mut again = alice;
        again.signs_in_again().await;
        again
    };
    alice.sends(&talk, "good evening").await;
    let there = evening.date();
    let next = there.tomorrow().unwrap();
    assert_eq!(finds(&alice, &talk, &format!("evening before:{next}")).await, ["good evening"]);
    assert_eq!(finds(&alice, &talk, &format!("evening after:{there}")).await, Vec::<String>::new());
    alice.does("updateProfile", json!({ "timeZone": "Pacific/Kiritimati" }), "{ id }").await.value();
    assert_eq!(finds(&alice, &talk, &format!("evening before:{next}")).await, Vec::<String>::new());
    assert_eq!(finds(&alice, &talk, &format!("evening after:{there}")).await, ["good evening"]);
}

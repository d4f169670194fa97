//! What each mutation is about: something new each time, so that it always has something to do.

use serde_json::{Value, json};
use tests::Person;
use tests::chat::fresh;

use crate::authorization::row::{Kind, Row};
use crate::authorization::scene::{Names, Scene};

const OUTSIDER: &str = r#"{ "userId": "$outsider" }"#;
const MESSAGE: &str = r#"{ "conversationId": "$talk", "messageId": "$message" }"#;

/// Who asks, and for what.
pub(super) async fn prepared(scene: &Scene, row: &Row) -> (Person, Value) {
    let filled = async |arguments: &str| scene.filled(arguments, Kind::Owner, Names::Fresh).await;
    let owner = scene.owner.clone();
    let input = match row.root_parts().1 {
        "createInviteLink" => json!({ "id": fresh(), "conversationId": owner.gathers("linked", &[]).await }),
        "joinByInviteLink" => {
            let link = json!({ "id": fresh(), "conversationId": owner.gathers("linked", &[]).await });
            let code = owner.does("createInviteLink", link, "{ code }").await.value();
            return (scene.world.person("guest").await, code);
        }
        // A person has ten devices at most.
        "registerDevice" => return (scene.world.person("owner").await, device(&fresh())),
        "unregisterDevice" => {
            let (id, person) = (fresh(), scene.world.person("owner").await);
            after(&person, "registerDevice", device(&id), json!({})).await;
            return (person, json!({ "id": id }));
        }
        "leaveConversation" => {
            json!({ "conversationId": owner.gathers("to be left", &[&scene.other, &scene.member]).await })
        }
        "addContact" | "createDirectConversation" => filled(OUTSIDER).await,
        "removeContact" => after(&owner, "addContact", filled(OUTSIDER).await, json!({})).await,
        "unblockUser" => after(&owner, "blockUser", filled(OUTSIDER).await, json!({})).await,
        "removeReaction" => {
            after(&owner, "setReaction", filled(MESSAGE).await, json!({ "emoji": "👍" })).await
        }
        "unstarMessage" => after(&owner, "starMessage", filled(MESSAGE).await, json!({})).await,
        "unpinMessage" => after(&owner, "pinMessage", filled(MESSAGE).await, json!({})).await,
        "pinMessage" => {
            // Only three can be pinned at once, so that each has a group of its own.
            let talk = owner.gathers("pinned", &[]).await;
            json!({ "conversationId": talk, "messageId": owner.sends(&talk, "to be pinned").await["id"] })
        }
        "updateProfile" => filled(r#"{ "about": "$fresh" }"#).await,
        "updatePreferences" => {
            let input = after(&owner, "updatePreferences", json!({}), json!({ "theme": "LIGHT" })).await;
            with(input, json!({ "theme": "DARK" }))
        }
        "setPresence" => {
            let input = after(&owner, "setPresence", json!({}), json!({ "online": false })).await;
            with(input, json!({ "online": true }))
        }
        "updateMyConversation" => {
            let talk = json!({ "conversationId": scene.group });
            let input = after(&owner, "updateMyConversation", talk, json!({ "archived": false })).await;
            with(input, json!({ "archived": true }))
        }
        "markRead" | "markDelivered" => {
            let seq = scene.other.sends(&scene.group, "read this").await["seq"].clone();
            json!({ "conversationId": scene.group, "seq": seq })
        }
        "clearConversation" => {
            scene.other.sends(&scene.group, "to be cleared").await;
            json!({ "conversationId": scene.group })
        }
        _ => filled(row.arguments).await,
    };
    (owner, input)
}

fn device(id: &str) -> Value {
    json!({ "id": id, "platform": "FCM", "token": fresh() })
}

/// The input again, once another mutation has been done with it and more.
async fn after(who: &Person, mutation: &str, input: Value, more: Value) -> Value {
    let reply = who.does(mutation, with(input.clone(), more), "{ __typename }").await;
    assert!(reply.errors.is_empty(), "{mutation}: {reply:?}");
    input
}

fn with(mut input: Value, more: Value) -> Value {
    for (name, value) in more.as_object().into_iter().flatten() {
        input[name] = value.clone();
    }
    input
}

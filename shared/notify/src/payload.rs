//! What a platform wants.
//!
//! <https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification>,
//! <https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages>,
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-fcm-v1-payloads.html>.

use domain::id::{ConversationId, MessageId};
use domain::notification::Platform;
use serde_json::{Value, json};

use crate::clip::clip;

/// The most bytes of a payload, for Apple and Firebase alike.
pub const MAX_PAYLOAD: usize = 4_096;

/// The most bytes of a title: it always fits, whatever has to be escaped in it.
const MAX_TITLE: usize = 200;
/// The most bytes of a body: more than any lock screen shows.
const MAX_BODY: usize = 1_500;

/// What is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Of which conversation. What is told of it later takes the place of what is told now.
    pub conversation_id: ConversationId,
    /// Of which message.
    pub message_id: MessageId,
    /// Its number.
    pub seq: u64,
    /// What stands above.
    pub title: String,
    /// What stands below.
    pub body: String,
    /// How many messages are unread in all.
    pub badge: u64,
}

/// A message of SNS to one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// The message, for `MessageStructure: json`.
    pub message: String,
    /// What SNS makes headers of: names and values, all strings.
    pub attributes: Vec<(&'static str, String)>,
}

/// What is sent to a device of this platform: its part is at most [`MAX_PAYLOAD`] bytes, the body cut where it must be.
pub fn payload(platform: Platform, note: &Note) -> Payload {
    let (key, shape): (_, fn(&Note, &str, &str) -> Value) = match platform {
        Platform::Apns => ("APNS", apple),
        Platform::ApnsSandbox => ("APNS_SANDBOX", apple),
        Platform::Fcm => ("GCM", android),
        Platform::Web => ("GCM", web),
    };
    let part = fitted(note, shape);
    // SNS wants a default and uses it only where a platform's own part is absent.
    let message = json!({ "default": "", key: part }).to_string();
    let attributes = match platform {
        Platform::Apns | Platform::ApnsSandbox => vec![
            ("AWS.SNS.MOBILE.APNS.COLLAPSE_ID", note.conversation_id.to_string()),
            ("AWS.SNS.MOBILE.APNS.PRIORITY", "10".to_owned()),
            ("AWS.SNS.MOBILE.APNS.PUSH_TYPE", "alert".to_owned()),
        ],
        Platform::Fcm | Platform::Web => Vec::new(),
    };
    Payload { message, attributes }
}

/// Escaping lengthens a text by an unknown measure, so that it is cut by what is surely too much, and measured again.
fn fitted(note: &Note, shape: fn(&Note, &str, &str) -> Value) -> String {
    let title = clip(&note.title, MAX_TITLE);
    let mut body = clip(&note.body, MAX_BODY);
    loop {
        let part = shape(note, &title, &body).to_string();
        let excess = part.len().saturating_sub(MAX_PAYLOAD);
        if excess == 0 || body.is_empty() {
            return part;
        }
        // A byte takes up six at most: `\u0001`.
        body = clip(&body, body.len().saturating_sub(excess.div_ceil(6)));
    }
}

fn apple(note: &Note, title: &str, body: &str) -> Value {
    json!({
        "aps": {
            "alert": { "title": title, "body": body },
            "badge": note.badge,
            "sound": "default",
            "thread-id": note.conversation_id,
            // Lets the app fetch the message before it is shown.
            "mutable-content": 1,
        },
        "conversationId": note.conversation_id,
        "messageId": note.message_id,
        "seq": note.seq,
    })
}

fn android(note: &Note, title: &str, body: &str) -> Value {
    let android = json!({
        "collapse_key": note.conversation_id,
        "priority": "HIGH",
        "notification": { "tag": note.conversation_id, "notification_count": note.badge },
    });
    firebase(note, title, body, ("android", android))
}

fn web(note: &Note, title: &str, body: &str) -> Value {
    let webpush = json!({
        "headers": { "Topic": topic(&note.conversation_id), "Urgency": "high" },
        "notification": { "tag": note.conversation_id },
    });
    firebase(note, title, body, ("webpush", webpush))
}

/// Firebase takes only text as data.
fn firebase(note: &Note, title: &str, body: &str, (name, own): (&str, Value)) -> Value {
    json!({ "fcmV1Message": { "message": {
        "notification": { "title": title, "body": body },
        "data": {
            "conversationId": note.conversation_id,
            "messageId": note.message_id,
            "seq": note.seq.to_string(),
            "badge": note.badge.to_string(),
        },
        name: own,
    }}})
}

/// A topic of web push has at most 32 characters (RFC 8030, 5.4): the id without its kind.
fn topic(conversation: &ConversationId) -> &str {
    conversation.as_str().get(2..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use domain::id::UserId;
    use proptest::prelude::*;

    use super::*;

    const ALL: [Platform; 4] = [Platform::Apns, Platform::ApnsSandbox, Platform::Fcm, Platform::Web];

    fn note(title: &str, body: &str) -> Note {
        let user = UserId::parse("00000000-0000-4000-8000-00000000000a").unwrap();
        Note {
            conversation_id: ConversationId::direct(&user, &user),
            message_id: MessageId::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").unwrap(),
            seq: 7,
            title: title.to_owned(),
            body: body.to_owned(),
            badge: 3,
        }
    }

    /// The part of a platform, and how long it is.
    fn part(platform: Platform, note: &Note) -> (Value, usize) {
        let message: Value = serde_json::from_str(&payload(platform, note).message).unwrap();
        let key = match platform {
            Platform::Apns => "APNS",
            Platform::ApnsSandbox => "APNS_SANDBOX",
            Platform::Fcm | Platform::Web => "GCM",
        };
        let text = message[key].as_str().expect("text in text");
        (serde_json::from_str(text).unwrap(), text.len())
    }

    #[test]
    fn apple_gets_alert_badge_and_thread() {
        let note = note("Alice", "hello");
        let (part, _) = part(Platform::Apns, &note);
        assert_eq!(part["aps"]["alert"], json!({ "title": "Alice", "body": "hello" }));
        assert_eq!((&part["aps"]["badge"], &part["seq"]), (&json!(3), &json!(7)));
        assert_eq!(part["aps"]["thread-id"], note.conversation_id.as_str());
        let attributes = payload(Platform::Apns, &note).attributes;
        assert!(attributes.contains(&("AWS.SNS.MOBILE.APNS.COLLAPSE_ID", note.conversation_id.to_string())));
    }

    #[test]
    fn firebase_gets_text_for_data_and_one_place_for_each_conversation() {
        let note = note("Alice", "hello");
        let message = |platform| part(platform, &note).0["fcmV1Message"]["message"].clone();
        let android = message(Platform::Fcm);
        assert_eq!(android["notification"], json!({ "title": "Alice", "body": "hello" }));
        assert!(android["data"].as_object().unwrap().values().all(Value::is_string));
        assert_eq!(android["android"]["notification"]["tag"], note.conversation_id.as_str());
        let topic = message(Platform::Web)["webpush"]["headers"]["Topic"].as_str().unwrap().len();
        assert_eq!(topic, 32);
    }

    #[test]
    fn the_longest_of_all_fits() {
        let worst = note(&"\"".repeat(1_600), &"\u{1}👨‍👩‍👧‍👦".repeat(4_096));
        for platform in ALL {
            let (part, length) = part(platform, &worst);
            assert!(length <= MAX_PAYLOAD, "{platform:?}: {length}");
            assert!(part.to_string().contains("👨‍👩‍👧‍👦"), "something is left");
            let (part, length) = self::part(platform, &note("", &"\u{1}".repeat(4_096)));
            assert!((3_900..=MAX_PAYLOAD).contains(&length), "{platform:?}: {length}: {part}");
        }
    }

    proptest! {
        #[test]
        fn every_payload_fits(title in "\\PC{0,300}", body in any::<String>(), times in 1_usize..60) {
            let note = note(&title, &body.repeat(times));
            for platform in ALL {
                prop_assert!(part(platform, &note).1 <= MAX_PAYLOAD);
            }
        }
    }
}

//! Enums of Rust and of the schema have the same values.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::schema::schema;

/// Every value of the schema is a value in Rust, and goes out as it came in.
fn same<T: Serialize + DeserializeOwned>(name: &str) {
    for value in schema().values(name) {
        let parsed: T = serde_json::from_value(Value::String(value.clone()))
            .unwrap_or_else(|error| panic!("{name}.{value} is not known in Rust: {error}"));
        let printed = serde_json::to_value(parsed).expect("it can be written");
        assert_eq!(printed, Value::String(value), "{name}");
    }
}

/// Serde's message for an unknown variant lists all that Rust knows.
fn known<T: DeserializeOwned>() -> Vec<String> {
    let Err(error) = serde_json::from_value::<T>(Value::String("no such value".to_owned())) else {
        return Vec::new();
    };
    let message = error.to_string();
    message.split('`').skip(3).step_by(2).map(str::to_owned).collect()
}

fn equal<T: Serialize + DeserializeOwned>(name: &str) {
    same::<T>(name);
    let (mut rust, mut graphql) = (known::<T>(), schema().values(name));
    rust.sort();
    graphql.sort();
    assert_eq!(rust, graphql, "{name}");
}

#[test]
fn enums_of_conversations() {
    equal::<domain::conversation::ConversationKind>("ConversationKind");
    equal::<domain::conversation::MemberRole>("MemberRole");
    equal::<domain::conversation::HistoryPolicy>("HistoryPolicy");
}

#[test]
fn enums_of_notifications() {
    equal::<domain::notification::Platform>("Platform");
}

#[test]
fn enums_of_messages() {
    equal::<domain::message::MessageKind>("MessageKind");
    equal::<domain::message::SystemNoticeType>("SystemNoticeType");
}

#[test]
fn enums_of_media() {
    equal::<domain::media::AttachmentKind>("AttachmentKind");
    equal::<domain::media::AttachmentStatus>("AttachmentStatus");
    equal::<domain::media::Rejection>("AttachmentRejection");
    equal::<domain::media::AttachmentVariant>("AttachmentVariant");
    equal::<domain::media::GalleryKind>("GalleryKind");
}

//! From news to announcements.

use data::conversations::state::State;
use data::events::News;
use data::messages::row::{Change, ChangeTarget};
use domain::message::Message;
use lambda::Announcement;
use serde_json::{Value, json};

/// What is announced of some news. Receipts, stars, contacts and blocks are nobody else's business.
pub(crate) fn announcement(news: &News) -> Option<Announcement> {
    let (detail_type, detail) = match news {
        News::MessageSent(message) => ("MessageSent", sent(message)),
        News::Revised(change) => changed(change),
        News::ConversationCreated(head) => (
            "ConversationCreated",
            json!({"id": format!("{}:created", head.id), "conversationId": head.id, "kind": head.kind,
                   "actorId": head.created_by, "at": head.created_at}),
        ),
        News::Joined(state) => ("MemberJoined", membership(state, "joined")),
        News::Left(state) => ("MemberLeft", membership(state, "left")),
        News::AccountCreated(profile) => (
            "UserCreated",
            json!({"id": format!("{}:created", profile.user_id), "userId": profile.user_id,
                   "at": profile.created_at}),
        ),
        News::AccountChanged(profile) => (
            "UserChanged",
            json!({"id": format!("{}:v{}", profile.user_id, profile.version), "userId": profile.user_id,
                   "version": profile.version, "at": profile.changed_at}),
        ),
        _ => return None,
    };
    Some(Announcement { detail_type: detail_type.to_owned(), detail })
}

fn sent(message: &Message) -> Value {
    json!({
        "id": format!("{}:m{}", message.conversation_id, message.seq),
        "conversationId": message.conversation_id,
        "messageId": message.id,
        "seq": message.seq,
        "senderId": message.sender_id,
        "kind": message.kind,
        "notice": message.notice.as_ref().map(|notice| notice.kind),
        "mentions": message.mentions,
        "forwarded": message.forward_count > 0,
        "at": message.created_at,
    })
}

fn changed(change: &Change) -> (&'static str, Value) {
    let mut detail = json!({
        "id": format!("{}:r{}", change.conversation_id, change.rev),
        "conversationId": change.conversation_id,
        "rev": change.rev,
        "actorId": change.actor_id,
        "at": change.at,
    });
    let detail_type = match &change.target {
        ChangeTarget::Message { seq } => {
            detail["seq"] = json!(seq);
            "MessageChanged"
        }
        ChangeTarget::Member { user_id } => {
            detail["userId"] = json!(user_id);
            "MemberChanged"
        }
        ChangeTarget::Conversation => "ConversationChanged",
    };
    (detail_type, detail)
}

/// Who leaves and joins again does so at another time, which is in the id.
fn membership(state: &State, what: &str) -> Value {
    let joined = state.joined_at.as_microsecond();
    json!({
        "id": format!("{}:{}:{joined}:{what}", state.conversation_id, state.user_id),
        "conversationId": state.conversation_id,
        "userId": state.user_id,
        "role": state.role,
        "joinedAt": state.joined_at,
    })
}

#[cfg(test)]
mod tests {
    use domain::id::{ConversationId, UserId};
    use jiff::Timestamp;

    use super::*;

    fn user() -> UserId {
        UserId::parse("00000000-0000-4000-8000-00000000000a").unwrap()
    }

    fn change(target: ChangeTarget) -> News {
        News::Revised(Change {
            conversation_id: ConversationId::direct(&user(), &user()),
            rev: 3,
            target,
            actor_id: user(),
            at: Timestamp::UNIX_EPOCH,
            before: Some("what I wrote first".to_owned()),
        })
    }

    #[test]
    fn a_change_names_what_it_points_at() {
        let told = |target| announcement(&change(target)).unwrap();
        let message = told(ChangeTarget::Message { seq: 7 });
        assert_eq!((message.detail_type.as_str(), &message.detail["seq"]), ("MessageChanged", &json!(7)));
        let member = told(ChangeTarget::Member { user_id: user() });
        assert_eq!(
            (member.detail_type.as_str(), &member.detail["userId"]),
            ("MemberChanged", &json!(user()))
        );
        assert_eq!(told(ChangeTarget::Conversation).detail_type, "ConversationChanged");
    }

    #[test]
    fn no_text_leaves_the_table() {
        let told = announcement(&change(ChangeTarget::Message { seq: 7 })).unwrap();
        assert!(!told.detail.to_string().contains("wrote"));
    }
}

//! From news to announcements.

use std::collections::HashMap;

use data::conversations::state::State;
use data::events::News;
use data::messages::row::{Change, ChangeTarget};
use domain::id::ConversationId;
use domain::message::Message;
use lambda::Announcement;
use search::fills_block;
use serde_json::{Value, json};

/// The most messages of one announcement: EventBridge charges for 64 KB what it charges for a byte, and ten announcements
/// travel in one call of 256 KB. A message with 50 mentions is 2.4 KB.
const MAX_MESSAGES: usize = 10;

/// What is announced of the news of a batch, in their order. Messages of one conversation go together, in the order of
/// their numbers, as long as nothing else of it comes between them.
pub(crate) fn announcements(news: &[News]) -> Vec<Announcement> {
    let mut all = Vec::new();
    let mut open: HashMap<&ConversationId, usize> = HashMap::new();
    for news in news {
        if let News::MessageSent(message) = news {
            let place = open.get(&message.conversation_id).copied();
            match place.and_then(|place| all.get_mut(place)).and_then(room) {
                Some(messages) => messages.push(sent(message)),
                None => {
                    open.insert(&message.conversation_id, all.len());
                    all.push(messages_sent(message));
                }
            }
        } else if let Some(other) = announcement(news) {
            news.conversation().map(|conversation| open.remove(conversation));
            all.push(other);
        }
    }
    all.iter_mut().for_each(sort_messages);
    all.iter_mut().for_each(mark_full_blocks);
    all
}

fn messages_sent(first: &Message) -> Announcement {
    let detail = json!({"conversationId": first.conversation_id, "messages": [sent(first)]});
    Announcement { detail_type: "MessagesSent".to_owned(), detail }
}

/// The messages of an announcement that has room for one more.
fn room(announcement: &mut Announcement) -> Option<&mut Vec<Value>> {
    let messages = announcement.detail.get_mut("messages").and_then(Value::as_array_mut);
    messages.filter(|messages| messages.len() < MAX_MESSAGES)
}

/// Of what one transaction wrote to different rows, the stream keeps no order.
fn sort_messages(announcement: &mut Announcement) {
    if let Some(messages) = announcement.detail.get_mut("messages").and_then(Value::as_array_mut) {
        messages.sort_by_key(|message| message["seq"].as_u64());
    }
}

/// Search listens to what fills a block of messages, which one in 128 does, and to nothing else.
fn mark_full_blocks(announcement: &mut Announcement) {
    if let Some(messages) = announcement.detail.get("messages").and_then(Value::as_array) {
        let mut numbers = messages.iter().filter_map(|message| message["seq"].as_u64());
        announcement.detail["fillsBlock"] = json!(numbers.any(fills_block));
    }
}

/// What is announced of other news. Receipts, stars, contacts and blocks are nobody else's business.
fn announcement(news: &News) -> Option<Announcement> {
    let (detail_type, detail) = match news {
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
        News::AttachmentReleased(row) => (
            "AttachmentReleased",
            json!({"id": format!("{}:released", row.id()), "attachmentId": row.id(), "userId": row.owner_id}),
        ),
        _ => return None,
    };
    Some(Announcement { detail_type: detail_type.to_owned(), detail })
}

fn sent(message: &Message) -> Value {
    json!({
        "id": format!("{}:m{}", message.conversation_id, message.seq),
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
            detail["reworded"] = json!(change.reworded);
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
    use domain::id::UserId;
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
            reworded: true,
        })
    }

    #[test]
    fn a_change_names_what_it_points_at() {
        let told = |target| announcement(&change(target)).unwrap();
        let message = told(ChangeTarget::Message { seq: 7 });
        assert_eq!((message.detail_type.as_str(), &message.detail["seq"]), ("MessageChanged", &json!(7)));
        assert_eq!(message.detail["reworded"], true);
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

    fn message(conversation: char, seq: u64) -> News {
        let id = format!("g-{}", conversation.to_string().repeat(32));
        let message = json!({"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "conversationId": id, "seq": seq, "rev": 0,
            "senderId": user(), "kind": "TEXT", "text": "secret", "mentions": [], "forwardCount": 0,
            "createdAt": Timestamp::UNIX_EPOCH, "reactions": []});
        News::MessageSent(serde_json::from_value(message).unwrap())
    }

    fn numbers(news: &[News]) -> Vec<Vec<u64>> {
        let seqs = |told: &Announcement| {
            let messages = told.detail["messages"].as_array().cloned().unwrap_or_default();
            messages.iter().filter_map(|message| message["seq"].as_u64()).collect()
        };
        announcements(news).iter().map(seqs).collect()
    }

    #[test]
    fn messages_of_a_conversation_go_together_and_by_number() {
        let news = [message('1', 2), message('2', 7), message('1', 1), message('2', 8)];
        assert_eq!(numbers(&news), [vec![1, 2], vec![7, 8]]);
        assert!(!announcements(&news)[0].detail.to_string().contains("secret"));
    }

    #[test]
    fn nothing_of_a_conversation_is_overtaken() {
        let News::Revised(mut revised) = change(ChangeTarget::Conversation) else { panic!() };
        let News::MessageSent(first) = message('1', 1) else { panic!() };
        revised.conversation_id = first.conversation_id;
        let news = [message('1', 1), News::Revised(revised), message('1', 2)];
        assert_eq!(numbers(&news), [vec![1], vec![], vec![2]]);
    }

    #[test]
    fn the_message_that_fills_a_block_is_told_of() {
        let told = announcements(&[message('1', 127), message('1', 128), message('2', 129)]);
        let fills: Vec<_> = told.iter().map(|told| &told.detail["fillsBlock"]).collect();
        assert_eq!(fills, [&json!(true), &json!(false)]);
    }

    #[test]
    fn an_announcement_has_bounds() {
        let news: Vec<_> = (0..25).map(|seq| message('1', seq)).collect();
        assert_eq!(numbers(&news).iter().map(Vec::len).collect::<Vec<_>>(), [10, 10, 5]);
    }
}

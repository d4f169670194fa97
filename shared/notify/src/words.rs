//! What a notification says, in the languages that we speak.

use domain::account::Locale;
use domain::message::{Message, MessageKind};

/// A language with words of ours; others get English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    English,
    Vietnamese,
}

impl Language {
    fn of(locale: &Locale) -> Self {
        match locale.language() {
            "vi" => Language::Vietnamese,
            _ => Language::English,
        }
    }

    fn choose(self, english: &'static str, vietnamese: &'static str) -> &'static str {
        match self {
            Language::English => english,
            Language::Vietnamese => vietnamese,
        }
    }
}

/// How much of a message is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// What was written.
    All,
    /// That there is something.
    Nothing,
}

/// What stands above: the group, or in direct conversations who writes. None of it hides what a person chose to veil:
/// whom one talks to is on the chat list of a locked phone as well.
pub fn title(group: Option<&str>, sender: Option<&str>, locale: &Locale) -> String {
    let unknown = Language::of(locale).choose("New message", "Tin nhắn mới");
    group.or(sender).unwrap_or(unknown).to_owned()
}

/// What stands below: the text, or what kind of message it is; in groups with who writes before it.
pub fn body(message: &Message, said: Said, group_sender: Option<&str>, locale: &Locale) -> String {
    let language = Language::of(locale);
    if said == Said::Nothing {
        return language.choose("New message", "Tin nhắn mới").to_owned();
    }
    let text = message.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let told = match (kind(message.kind, language), text) {
        (Some(kind), Some(text)) => format!("{kind}: {text}"),
        (Some(kind), None) => kind.to_owned(),
        (None, Some(text)) => text.to_owned(),
        (None, None) => language.choose("New message", "Tin nhắn mới").to_owned(),
    };
    match group_sender {
        Some(sender) => format!("{sender}: {told}"),
        None => told,
    }
}

/// What a message is, where that is not plain from its text; by its name in the API, of which a kind without words here
/// is told by its text alone.
fn kind(kind: MessageKind, language: Language) -> Option<&'static str> {
    let name = serde_json::to_value(kind).ok()?;
    let (english, vietnamese) = match name.as_str()? {
        "AUDIO" => ("🎵 Audio", "🎵 Âm thanh"),
        "CONTACT" => ("👤 Contact", "👤 Danh thiếp"),
        "FILE" => ("📄 File", "📄 Tệp"),
        "GIF" => ("GIF", "GIF"),
        "IMAGE" => ("📷 Photo", "📷 Ảnh"),
        "LIVE_LOCATION" => ("📍 Live location", "📍 Vị trí trực tiếp"),
        "LOCATION" => ("📍 Location", "📍 Vị trí"),
        "POLL" => ("📊 Poll", "📊 Bình chọn"),
        "STICKER" => ("Sticker", "Nhãn dán"),
        "VIDEO" => ("🎥 Video", "🎥 Video"),
        "VOICE_NOTE" => ("🎤 Voice message", "🎤 Tin nhắn thoại"),
        _ => return None,
    };
    Some(language.choose(english, vietnamese))
}

#[cfg(test)]
mod tests {
    use domain::id::{ConversationId, MessageId, UserId};
    use domain::message::{SystemNotice, SystemNoticeType};
    use jiff::Timestamp;

    use super::*;

    fn message(kind: MessageKind, text: Option<&str>) -> Message {
        let user = UserId::parse("00000000-0000-4000-8000-00000000000a").unwrap();
        let notice = SystemNotice {
            kind: SystemNoticeType::GroupCreated,
            actor_id: user.clone(),
            target_ids: Vec::new(),
        };
        let talk = ConversationId::direct(&user, &user);
        let message = Message::of_notice(talk, 1, notice, Timestamp::UNIX_EPOCH);
        let id = MessageId::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").unwrap();
        Message { id, kind, text: text.map(str::to_owned), sender_id: Some(user), notice: None, ..message }
    }

    fn locale(tag: &str) -> Locale {
        Locale::parse(tag).unwrap()
    }

    #[test]
    fn a_text_says_itself_and_other_kinds_say_what_they_are() {
        let said = |kind, text, tag| body(&message(kind, text), Said::All, None, &locale(tag));
        assert_eq!(said(MessageKind::Text, Some("hello"), "en"), "hello");
        assert_eq!(said(MessageKind::Location, None, "en-GB"), "📍 Location");
        assert_eq!(said(MessageKind::Location, None, "vi-VN"), "📍 Vị trí");
        assert_eq!(said(MessageKind::Contact, None, "de"), "👤 Contact");
    }

    #[test]
    fn what_is_veiled_says_nothing_of_what_was_written() {
        let secret = message(MessageKind::Text, Some("the secret"));
        assert_eq!(body(&secret, Said::Nothing, Some("Alice"), &locale("vi")), "Tin nhắn mới");
        assert_eq!(body(&secret, Said::Nothing, None, &locale("en")), "New message");
    }

    #[test]
    fn in_a_group_it_says_who_writes() {
        let hello = message(MessageKind::Text, Some("hello"));
        assert_eq!(body(&hello, Said::All, Some("Alice"), &locale("en")), "Alice: hello");
        assert_eq!(title(Some("Team"), Some("Alice"), &locale("en")), "Team");
        assert_eq!(title(None, Some("Alice"), &locale("en")), "Alice");
        assert_eq!(title(None, None, &locale("vi")), "Tin nhắn mới");
    }
}

//! A message as far as search looks at it.

use domain::Error;
use domain::id::UserId;
use domain::media::AttachmentKind;
use domain::message::Message;
use jiff::Timestamp;

use crate::token::tokens;

/// Something that a message has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Trait {
    /// A link in its text.
    Link = 1,
    /// A place.
    Location = 2,
    /// A picture, moving or not.
    Image = 4,
    /// A film.
    Video = 8,
    /// A sound, or what somebody said.
    Audio = 16,
    /// Any other file.
    File = 32,
}

impl Trait {
    /// All of them, by the names that `has:` takes.
    const NAMES: [(&str, Trait); 6] = [
        ("link", Trait::Link),
        ("location", Trait::Location),
        ("image", Trait::Image),
        ("video", Trait::Video),
        ("audio", Trait::Audio),
        ("file", Trait::File),
    ];

    /// Reads a name; another one is a `BadRequest`.
    pub(crate) fn parse(name: &str) -> Result<Self, Error> {
        let known = Trait::NAMES.into_iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
        known.map(|(_, found)| found).ok_or_else(|| {
            let names: Vec<_> = Trait::NAMES.into_iter().map(|(name, _)| name).collect();
            Error::bad_request(format!("has: takes one of {}", names.join(", ")))
        })
    }

    /// Its bit among all.
    const fn bit(self) -> u8 {
        self as u8
    }
}

/// A message as far as search looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// When it was sent.
    pub(crate) at: Timestamp,
    /// Who sent it.
    pub(crate) sender: UserId,
    /// What it has, a bit each.
    pub(crate) traits: u8,
    /// Its words in the one spelling, each between blanks; parts are apart by an empty line.
    pub(crate) words: String,
}

impl Document {
    /// What search knows of a message; nothing of notices and of what was deleted for everyone.
    pub fn of(message: &Message) -> Option<Document> {
        let sender = message.sender_id.clone().filter(|_| message.is_live())?;
        let texts = texts(message);
        let traits = traits(message).into_iter().fold(0, |all, one| all | one.bit());
        Some(Document { at: message.created_at, sender, traits, words: words(&texts) })
    }

    /// Whether it has something.
    pub(crate) fn has(&self, wanted: Trait) -> bool {
        self.traits & wanted.bit() != 0
    }
}

/// Everything in a message that people may look for, in the order in which a snippet is taken from it.
pub(crate) fn texts(message: &Message) -> Vec<&str> {
    let mut texts: Vec<Option<&str>> = vec![message.text.as_deref()];
    if let Some(place) = &message.location {
        texts.extend([place.name.as_deref(), place.address.as_deref()]);
    }
    if let Some(card) = &message.contact {
        texts.push(Some(&card.name));
        texts.extend(card.phones.iter().chain(&card.emails).map(|one| Some(one.as_str())));
    }
    // Telephones and programs name everything else.
    let files = message.attachments.iter().filter(|attachment| attachment.kind == AttachmentKind::File);
    texts.extend(files.map(|file| Some(file.file_name.as_str())));
    texts.into_iter().flatten().collect()
}

fn traits(message: &Message) -> Vec<Trait> {
    let mut traits = Vec::new();
    traits.extend(message.text.as_deref().filter(|text| has_link(text)).map(|_| Trait::Link));
    traits.extend(message.location.as_ref().map(|_| Trait::Location));
    traits.extend(message.attachments.iter().filter_map(|attachment| of_kind(attachment.kind)));
    traits
}

fn of_kind(kind: AttachmentKind) -> Option<Trait> {
    match kind {
        AttachmentKind::Image | AttachmentKind::Gif => Some(Trait::Image),
        AttachmentKind::Video => Some(Trait::Video),
        AttachmentKind::Audio | AttachmentKind::VoiceNote => Some(Trait::Audio),
        AttachmentKind::File => Some(Trait::File),
        AttachmentKind::Sticker => None,
    }
}

/// Whether apps would make something in the text a link.
fn has_link(text: &str) -> bool {
    let is_link = |word: &str| {
        let word =
            word.trim_start_matches(|character: char| !character.is_alphanumeric()).to_ascii_lowercase();
        let rest = ["https://", "http://", "www."].iter().find_map(|start| word.strip_prefix(start));
        rest.is_some_and(|rest| rest.chars().next().is_some_and(char::is_alphanumeric))
    };
    text.split_whitespace().any(is_link)
}

/// The words of several texts; no phrase goes from one into the next.
pub(crate) fn words(texts: &[&str]) -> String {
    let mut words = String::from(" ");
    for (number, text) in texts.iter().enumerate() {
        if number > 0 {
            words.push_str("\n ");
        }
        for token in tokens(text) {
            words.push_str(&token.folded);
            words.push(' ');
        }
    }
    words
}

#[cfg(test)]
pub(crate) mod tests {
    use domain::id::ConversationId;
    use domain::message::{ContactCard, Location, MessageKind};

    use super::*;

    pub(crate) fn user(number: u32) -> UserId {
        UserId::parse(format!("00000000-0000-4000-8000-{number:012}")).unwrap()
    }

    /// A text of the first person, by its number, which is also the second when it was sent.
    pub(crate) fn message(seq: u64, text: &str) -> Message {
        let conversation = ConversationId::direct(&user(1), &user(2));
        let sent = serde_json::json!({
            "id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "conversationId": conversation, "seq": seq, "rev": 0,
            "senderId": user(1), "kind": "TEXT", "text": text, "mentions": [], "forwardCount": 0,
            "createdAt": Timestamp::from_second(i64::try_from(seq).unwrap()).unwrap(), "reactions": [],
        });
        serde_json::from_value(sent).unwrap()
    }

    #[test]
    fn a_document_has_the_words_in_one_spelling() {
        let document = Document::of(&message(1, "Xin chào, Đức!")).unwrap();
        assert_eq!(document.words, " xin chao duc ");
        assert_eq!(document.sender, user(1));
    }

    #[test]
    fn places_and_cards_are_found_by_their_words() {
        let location = Location {
            latitude: 0.0,
            longitude: 0.0,
            name: Some("Chợ Bến Thành".to_owned()),
            address: Some("Quận 1".to_owned()),
            accuracy: None,
        };
        let place =
            Message { kind: MessageKind::Location, text: None, location: Some(location), ..message(1, "") };
        let document = Document::of(&place).unwrap();
        assert_eq!(document.words, " cho ben thanh \n quan 1 ");
        assert!(document.has(Trait::Location) && !document.has(Trait::Link));
        let card = ContactCard {
            name: "Bob".to_owned(),
            phones: vec!["+84 90".to_owned()],
            emails: vec!["bob@example.com".to_owned()],
            user_id: None,
        };
        let card = Message { kind: MessageKind::Contact, text: None, contact: Some(card), ..message(1, "") };
        assert_eq!(Document::of(&card).unwrap().words, " bob \n 84 90 \n bob example com ");
    }

    #[test]
    fn attachments_are_found_by_what_they_are_and_files_by_their_names() {
        let attached = |kind: &str, name: &str| {
            let attachment = serde_json::json!({"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "kind": kind, "status": "READY",
                "fileName": name, "contentType": "image/png", "size": 1, "createdAt": "2026-01-01T00:00:00Z"});
            let attachments = vec![serde_json::from_value(attachment).unwrap()];
            Document::of(&Message { attachments, ..message(1, "the lake") }).unwrap()
        };
        let photo = attached("IMAGE", "IMG_0001.png");
        assert!(photo.has(Trait::Image) && !photo.has(Trait::File));
        assert_eq!(photo.words, " the lake ");
        let file = attached("FILE", "Bảng lương.pdf");
        assert!(file.has(Trait::File) && !file.has(Trait::Image));
        assert_eq!(file.words, " the lake \n bang luong pdf ");
        assert!(attached("VOICE_NOTE", "a").has(Trait::Audio));
        assert_eq!(Trait::parse("Image").unwrap(), Trait::Image);
    }

    #[test]
    fn notices_and_what_was_deleted_have_none() {
        let notice = Message { kind: MessageKind::System, sender_id: None, ..message(1, "") };
        assert_eq!(Document::of(&notice), None);
        let deleted = Message { deleted_at: Some(Timestamp::UNIX_EPOCH), ..message(1, "left over") };
        assert_eq!(Document::of(&deleted), None);
    }

    #[test]
    fn links_are_what_apps_make_links_of() {
        for link in ["see https://example.com", "(www.example.com)", "HTTP://a.b"] {
            assert!(has_link(link), "{link}");
        }
        for none in ["http", "https://", "example.com", "www.", "xhttp://a"] {
            assert!(!has_link(none), "{none}");
        }
    }
}

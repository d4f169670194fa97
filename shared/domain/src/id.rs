//! Ids as types.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Error;

/// Declares an id that is a checked string.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads an id; anything of another form is a `BadRequest`.
            pub fn parse(text: impl Into<String>) -> Result<Self, Error> {
                let text = text.into();
                let check: fn(&str) -> bool = $check;
                if check(&text) { Ok($name(text)) } else { Err(Error::bad_request(concat!("not the id of a ", $what))) }
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;
            fn try_from(text: String) -> Result<Self, Error> {
                $name::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A person: the `sub` that Cognito gave them, a lower-case UUID.
    UserId, "user", is_uuid
);
id!(
    /// A conversation: `d-` (direct) or `g-` (group) and 32 lower-case hex digits.
    ///
    /// It is derived (see [`ConversationId::direct`] and [`ConversationId::group`]), so that creating twice finds the first.
    ConversationId, "conversation", is_conversation_id
);
id!(
    /// What a client made to name the thing it creates: a ULID or a UUID, in its canonical form.
    ///
    /// The same id again returns the first result, however much later.
    ClientId, "new thing (a ULID or a UUID)", is_client_id
);
id!(
    /// A message: the client-made id of the sender, or for a system notice `s-`, the hash of where it stands and its number.
    MessageId, "message", |text| is_client_id(text) || is_notice_id(text)
);
id!(
    /// An attachment: the client-made id of who uploaded it.
    AttachmentId, "attachment", is_client_id
);
id!(
    /// The secret part of an invite link: 22 to 43 URL-safe characters.
    InviteCode, "invite link", |text| (22..=43).contains(&text.len()) && text.bytes().all(is_url_safe)
);

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok() && is_lower(text)
}

fn is_ulid(text: &str) -> bool {
    text.len() == 26
        && ulid::Ulid::from_string(text).is_ok()
        && !text.bytes().any(|byte| byte.is_ascii_lowercase())
        && text.as_bytes().first().is_some_and(|first| *first <= b'7')
}

fn is_client_id(text: &str) -> bool {
    is_uuid(text) || is_ulid(text)
}

fn is_conversation_id(text: &str) -> bool {
    text.strip_prefix("d-").or_else(|| text.strip_prefix("g-")).is_some_and(is_digest)
}

fn is_notice_id(text: &str) -> bool {
    text.strip_prefix("s-").is_some_and(is_digest)
}

fn is_digest(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_lower(text: &str) -> bool {
    !text.bytes().any(|byte| byte.is_ascii_uppercase())
}

fn is_url_safe(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// The first 128 bits of SHA-256 over length-prefixed parts, as 32 hex digits.
fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let bytes: [u8; 32] = hash.finalize().into();
    bytes.iter().take(16).fold(String::with_capacity(32), |mut text, byte| {
        use fmt::Write as _;
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl ConversationId {
    /// The one direct conversation of a pair; with oneself, the notes.
    pub fn direct(one: &UserId, other: &UserId) -> Self {
        let (low, high) = if one <= other { (one, other) } else { (other, one) };
        ConversationId(format!("d-{}", digest(&["direct", low.as_str(), high.as_str()])))
    }

    /// The group that a person creates with a client-made id.
    pub fn group(creator: &UserId, client_id: &ClientId) -> Self {
        ConversationId(format!("g-{}", digest(&["group", creator.as_str(), client_id.as_str()])))
    }

    /// Whether this is a direct conversation.
    pub fn is_direct(&self) -> bool {
        self.0.starts_with("d-")
    }
}

impl MessageId {
    /// The id of the system notice at a position: 22 hex digits of hash, 10 of its number.
    pub fn notice(conversation: &ConversationId, seq: u64) -> Self {
        let hash: String =
            digest(&["notice", conversation.as_str(), &seq.to_string()]).chars().take(22).collect();
        MessageId(format!("s-{hash}{seq:010x}"))
    }

    /// The number of the system notice that has this id in a conversation; none if it is no such id.
    pub fn notice_seq(&self, conversation: &ConversationId) -> Option<u64> {
        let seq = u64::from_str_radix(self.0.strip_prefix("s-")?.get(22..)?, 16).ok()?;
        (MessageId::notice(conversation, seq) == *self).then_some(seq)
    }

    /// Whether a client made it.
    pub fn is_client_made(&self) -> bool {
        is_client_id(&self.0)
    }
}

impl From<ClientId> for MessageId {
    fn from(id: ClientId) -> Self {
        MessageId(id.0)
    }
}

impl From<&ClientId> for MessageId {
    fn from(id: &ClientId) -> Self {
        MessageId(id.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(last: char) -> UserId {
        UserId::parse(format!("00000000-0000-4000-8000-00000000000{last}")).unwrap()
    }

    #[test]
    fn a_pair_has_one_direct_conversation_whoever_starts_it() {
        let (alice, bob) = (user('a'), user('b'));
        assert_eq!(ConversationId::direct(&alice, &bob), ConversationId::direct(&bob, &alice));
        assert_ne!(ConversationId::direct(&alice, &bob), ConversationId::direct(&alice, &alice));
        assert!(ConversationId::parse(ConversationId::direct(&alice, &bob).as_str()).is_ok());
    }

    #[test]
    fn client_ids_have_one_spelling() {
        assert!(ClientId::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").is_ok());
        assert!(ClientId::parse("01arz3ndektsv4rrffq69g5fav").is_err());
        assert!(ClientId::parse("8ZZZZZZZZZZZZZZZZZZZZZZZZZ").is_err());
        assert!(ClientId::parse("6f9619ff-8b86-4d01-b42d-00cf4fc964ff").is_ok());
        assert!(ClientId::parse("6F9619FF-8B86-4D01-B42D-00CF4FC964FF").is_err());
        assert!(ClientId::parse("{6f9619ff-8b86-4d01-b42d-00cf4fc964ff}").is_err());
        assert!(ClientId::parse("").is_err());
    }

    #[test]
    fn a_client_cannot_name_a_system_notice() {
        let conversation = ConversationId::direct(&user('a'), &user('b'));
        let notice = MessageId::notice(&conversation, 7);
        assert!(ClientId::parse(notice.as_str()).is_err());
        assert!(MessageId::parse(notice.as_str()).is_ok());
    }

    #[test]
    fn a_notice_is_found_by_its_id_in_its_own_conversation_only() {
        let conversation = ConversationId::direct(&user('a'), &user('b'));
        let notice = MessageId::notice(&conversation, 4_294_967_296);
        assert_eq!(notice.notice_seq(&conversation), Some(4_294_967_296));
        assert_eq!(notice.notice_seq(&ConversationId::direct(&user('a'), &user('a'))), None);
        assert_eq!(
            MessageId::parse("6f9619ff-8b86-4d01-b42d-00cf4fc964ff").unwrap().notice_seq(&conversation),
            None
        );
    }
}

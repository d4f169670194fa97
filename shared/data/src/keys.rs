//! Every key of the table. Nothing else builds or takes apart a key.

use domain::id::{AttachmentId, ConversationId, InviteCode, MessageId, UserId};
use domain::media::GalleryKind;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// The partition key attribute.
pub const PK: &str = "pk";
/// The sort key attribute.
pub const SK: &str = "sk";
/// The index for lists in another order than the table's; only the rows that are in such a list carry its keys.
pub const INDEX: &str = "gsi1";
/// The partition key attribute of the index.
pub const INDEX_PK: &str = "gsi1pk";
/// The sort key attribute of the index.
pub const INDEX_SK: &str = "gsi1sk";
/// The attribute that DynamoDB's time to live reads, in epoch seconds.
pub const EXPIRES: &str = "expiresAt";

/// A whole key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The partition.
    pub pk: String,
    /// The place in it.
    pub sk: String,
}

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Key { pk, sk: sk.into() }
    }
}

/// The greatest number that a key can hold.
pub const MAX_NUMBER: u64 = 9_999_999_999;

/// Numbers are written with ten digits, so that their order as text is their order.
fn number(number: u64) -> String {
    format!("{number:010}")
}

/// The partition of a person.
pub fn user_partition(user: &UserId) -> String {
    format!("U#{user}")
}

/// The partition of a conversation.
pub fn conversation_partition(conversation: &ConversationId) -> String {
    format!("C#{conversation}")
}

/// A person's profile, preferences and privacy.
pub fn profile(user: &UserId) -> Key {
    Key::new(user_partition(user), "PROFILE")
}

/// Whether a person is here.
pub fn presence(user: &UserId) -> Key {
    Key::new(user_partition(user), "PRESENCE")
}

/// The prefix of a person's contacts.
pub const CONTACTS: &str = "CONTACT#";

/// A contact.
pub fn contact(user: &UserId, other: &UserId) -> Key {
    Key::new(user_partition(user), format!("{CONTACTS}{other}"))
}

/// The prefix of those whom a person blocked.
pub const BLOCKS: &str = "BLOCK#";

/// A block.
pub fn block(user: &UserId, other: &UserId) -> Key {
    Key::new(user_partition(user), format!("{BLOCKS}{other}"))
}

/// The prefix of a person's conversations.
pub const STATES: &str = "C#";

/// A person's own state in a conversation.
pub fn state(user: &UserId, conversation: &ConversationId) -> Key {
    Key::new(user_partition(user), format!("{STATES}{conversation}"))
}

/// Which conversations a person may have pinned: the row in which their number is bounded.
pub fn pins(user: &UserId) -> Key {
    Key::new(user_partition(user), "PINS")
}

/// The devices on which a person is told of messages.
pub fn devices(user: &UserId) -> Key {
    Key::new(user_partition(user), "DEVICES")
}

/// Which messages of a conversation went to which devices of a person. In a partition of its own, so that the stream's
/// readers pass it over by its sort key.
pub fn pushed(user: &UserId, conversation: &ConversationId) -> Key {
    Key::new(format!("PUSH#{user}#{conversation}"), "PUSHED")
}

/// The prefix of a person's drafts.
pub const DRAFTS: &str = "DRAFT#";

/// What a person is writing in a conversation.
pub fn draft(user: &UserId, conversation: &ConversationId) -> Key {
    Key::new(user_partition(user), format!("{DRAFTS}{conversation}"))
}

/// The prefix of the messages that a person starred in a conversation.
pub fn stars_prefix(conversation: &ConversationId) -> String {
    format!("STAR#{conversation}#")
}

/// A star.
pub fn star(user: &UserId, conversation: &ConversationId, seq: u64) -> Key {
    Key::new(user_partition(user), format!("STAR#{conversation}#{}", number(seq)))
}

/// The partition of the index that holds a person's stars, by time.
pub fn stars_index(user: &UserId) -> String {
    format!("U#{user}#STAR")
}

/// The place of a star in the index: when, then what makes it the only one.
pub fn star_place(at: Timestamp, conversation: &ConversationId, seq: u64) -> String {
    format!("{:016}#{conversation}#{}", at.as_microsecond(), number(seq))
}

/// The prefix of the messages that a person deleted for themself in a conversation.
pub fn hidden_prefix(conversation: &ConversationId) -> String {
    format!("HIDE#{conversation}#")
}

/// A message deleted for one person.
pub fn hidden(user: &UserId, conversation: &ConversationId, seq: u64) -> Key {
    Key::new(user_partition(user), format!("HIDE#{conversation}#{}", number(seq)))
}

/// Counters, settings and preview of a conversation.
pub fn head(conversation: &ConversationId) -> Key {
    Key::new(conversation_partition(conversation), "HEAD")
}

/// The long description of a group, apart from the head because the head is rewritten with every message.
pub fn info(conversation: &ConversationId) -> Key {
    Key::new(conversation_partition(conversation), "INFO")
}

/// How far the creation of a group has come.
pub fn creation(conversation: &ConversationId) -> Key {
    Key::new(conversation_partition(conversation), "CREATION")
}

/// Which of a group's invite links may still work.
pub fn open_links(conversation: &ConversationId) -> Key {
    Key::new(conversation_partition(conversation), "LINKS")
}

/// The prefix of messages.
pub const MESSAGES: &str = "M#";

/// A message.
pub fn message(conversation: &ConversationId, seq: u64) -> Key {
    Key::new(conversation_partition(conversation), format!("{MESSAGES}{}", number(seq)))
}

/// The prefix of changes.
pub const CHANGES: &str = "V#";

/// A change.
pub fn change(conversation: &ConversationId, rev: u64) -> Key {
    Key::new(conversation_partition(conversation), format!("{CHANGES}{}", number(rev)))
}

/// The prefix of members.
pub const MEMBERS: &str = "P#";

/// A member.
pub fn member(conversation: &ConversationId, user: &UserId) -> Key {
    Key::new(conversation_partition(conversation), format!("{MEMBERS}{user}"))
}

/// The prefix of the reactions to a message.
pub fn reactions_prefix(seq: u64) -> String {
    format!("X#{}#", number(seq))
}

/// A reaction.
pub fn reaction(conversation: &ConversationId, seq: u64, user: &UserId) -> Key {
    Key::new(conversation_partition(conversation), format!("X#{}#{user}", number(seq)))
}

/// The prefix of a group's invite links.
pub const LINKS: &str = "L#";

/// An invite link by its client-made id.
pub fn link(conversation: &ConversationId, id: &str) -> Key {
    Key::new(conversation_partition(conversation), format!("{LINKS}{id}"))
}

/// An invite link by its secret.
pub fn invite(code: &InviteCode) -> Key {
    Key::new(format!("I#{code}"), "INVITE")
}

/// Where the message with an id stands.
pub fn marker(message: &MessageId) -> Key {
    Key::new(format!("M#{message}"), "MARK")
}

/// An attachment.
pub fn attachment(id: &AttachmentId) -> Key {
    Key::new(format!("A#{id}"), "ATTACHMENT")
}

/// A message in one of the lists of what its conversation shared.
pub fn gallery(conversation: &ConversationId, kind: GalleryKind, seq: u64) -> Key {
    let list = kind.as_str();
    Key::new(conversation_partition(conversation), format!("G#{list}#{}", number(seq)))
}

/// Who has a handle.
pub fn handle(handle: &str) -> Key {
    Key::new(format!("HANDLE#{handle}"), "OWNER")
}

/// Who has an email address. The address itself is not in the key, because keys reach logs.
pub fn email(address: &str) -> Key {
    email_of_digest(&email_digest(address))
}

/// What stands for an email address in keys and rows.
pub fn email_digest(address: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(address.to_lowercase().as_bytes()).into();
    hex::encode(digest)
}

/// Who has the email address with a digest.
pub fn email_of_digest(digest: &str) -> Key {
    Key::new(format!("EMAIL#{digest}"), "OWNER")
}

/// What stands for the push token of a device in keys and rows.
pub fn token_digest(platform: &str, token: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(format!("{platform}:{token}").as_bytes()).into();
    hex::encode(digest)
}

/// Who has the push token with a digest.
pub fn token(digest: &str) -> Key {
    Key::new(format!("TOKEN#{digest}"), "OWNER")
}

/// The partition in which people are found whose folded handle or name begins with this text (two characters or more).
pub fn find_partition(folded: &str) -> String {
    format!("FIND#{}", folded.chars().take(2).collect::<String>())
}

/// A person under one of the texts by which they are found.
pub fn find(folded: &str, user: &UserId) -> Key {
    Key::new(find_partition(folded), format!("{folded}#{user}"))
}

/// What search knows of a block of messages.
pub fn words(conversation: &ConversationId, block: u64) -> Key {
    Key::new(format!("WORDS#{conversation}#{}", number(block)), "WORDS")
}

/// The number at the end of a key such as `M#0000000007` or `HIDE#g-…#0000000007`.
pub fn number_of(sk: &str) -> Option<u64> {
    sk.rsplit('#').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_sort_as_text() {
        let user = UserId::parse("00000000-0000-4000-8000-00000000000a").unwrap();
        let conversation = ConversationId::direct(&user, &user);
        assert!(message(&conversation, 9).sk < message(&conversation, 10).sk);
        assert_eq!(number_of(&hidden(&user, &conversation, 42).sk), Some(42));
    }
}

//! A message on its way in.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{CardInput, Content, LocationInput, Mentions, Message, MessageKind, MessageText, Seq};
use crate::Error;
use crate::id::{ClientId, ConversationId, MessageId, UserId};

/// A message to send, as a client gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SendInput {
    /// Client-made id of the message.
    pub id: ClientId,
    /// To which conversation.
    pub conversation_id: ConversationId,
    /// A text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// A place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<LocationInput>,
    /// A person's card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<CardInput>,
    /// Who is mentioned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mentions: Option<Vec<UserId>>,
    /// The number of the message it replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to_seq: Option<i64>,
}

/// A message to send, checked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "SendInput")]
pub struct Outgoing {
    id: ClientId,
    conversation_id: ConversationId,
    content: Content,
    mentions: Mentions,
    reply_to_seq: Option<u64>,
    forward_count: u64,
    request: String,
}

impl TryFrom<SendInput> for Outgoing {
    type Error = Error;

    fn try_from(mut input: SendInput) -> Result<Self, Error> {
        input.mentions = input.mentions.filter(|mentions| !mentions.is_empty());
        // What was asked for, before it was normalised: the tables of a later release must not make it another request.
        let request = digest(&input)?;
        let mentions = Mentions::new(input.mentions.unwrap_or_default())?;
        let content = match (input.text, input.location, input.contact) {
            (Some(text), None, None) => Content::Text(MessageText::parse(&text)?),
            (None, Some(location), None) => Content::Location(location.try_into()?),
            (None, None, Some(contact)) => Content::Contact(contact.try_into()?),
            _ => return Err(Error::bad_request("exactly one of text, location and contact must be given")),
        };
        if !mentions.as_slice().is_empty() && !matches!(content, Content::Text(_)) {
            return Err(Error::bad_request("mentions belong to a text"));
        }
        let reply_to_seq = input.reply_to_seq.map(reply_position).transpose()?;
        Ok(Outgoing {
            id: input.id,
            conversation_id: input.conversation_id,
            content,
            mentions,
            reply_to_seq,
            forward_count: 0,
            request,
        })
    }
}

fn reply_position(seq: i64) -> Result<u64, Error> {
    Seq::new(seq).map(Seq::get).map_err(|error| Error::bad_request(format!("replyToSeq {error}")))
}

/// The digest by which a repeated request is known: 64 hex digits.
fn digest(request: &impl Serialize) -> Result<String, Error> {
    let text = serde_json::to_vec(request).map_err(|error| Error::internal(error.to_string()))?;
    Ok(hex::encode(Sha256::digest(text)))
}

impl Outgoing {
    /// A copy of a message for another conversation: without mentions and without what it replied to, because both
    /// belong to where it was. One without content is `Forbidden`.
    pub fn forwarded(of: &Message, id: ClientId, conversation_id: ConversationId) -> Result<Self, Error> {
        let content = of.content().ok_or_else(|| Error::forbidden("this message cannot be forwarded"))?;
        Ok(Outgoing {
            request: Outgoing::forward_request(&of.conversation_id, &of.id, &conversation_id)?,
            id,
            conversation_id,
            content,
            mentions: Mentions::default(),
            reply_to_seq: None,
            forward_count: of.forward_count.saturating_add(1),
        })
    }

    /// The digest of the wish to forward a message. It tells of which message, not of what it holds: that may have
    /// changed when the wish is repeated.
    pub fn forward_request(
        from: &ConversationId,
        message: &MessageId,
        to: &ConversationId,
    ) -> Result<String, Error> {
        digest(&("forward", from, message, to))
    }

    /// The id that the client made.
    pub fn id(&self) -> MessageId {
        MessageId::from(&self.id)
    }

    /// Where to.
    pub fn conversation_id(&self) -> &ConversationId {
        &self.conversation_id
    }

    /// Who is mentioned.
    pub fn mentions(&self) -> &[UserId] {
        self.mentions.as_slice()
    }

    /// The number of the message it replies to.
    pub fn reply_to_seq(&self) -> Option<u64> {
        self.reply_to_seq
    }

    /// The digest of what was asked for: the same id with another digest is a conflict.
    pub fn request(&self) -> &str {
        &self.request
    }

    /// The message at its place.
    pub fn message(&self, sender: &UserId, seq: u64, at: Timestamp) -> Message {
        let (mut text, mut location, mut contact) = (None, None, None);
        match &self.content {
            Content::Text(of) => text = Some(of.as_str().to_owned()),
            Content::Location(of) => location = Some(of.clone()),
            Content::Contact(of) => contact = Some(of.clone()),
        }
        Message {
            id: self.id(),
            conversation_id: self.conversation_id.clone(),
            seq,
            rev: 0,
            sender_id: Some(sender.clone()),
            kind: self.content.kind(),
            text,
            mentions: self.mentions.as_slice().to_vec(),
            location,
            contact,
            notice: None,
            reply_to_seq: self.reply_to_seq,
            forward_count: self.forward_count,
            created_at: at,
            edited_at: None,
            deleted_at: None,
            deleted_by: None,
            reactions: Vec::new(),
            pinned_at: None,
            pinned_until: None,
        }
    }
}

impl Message {
    /// What it carries; none for a notice and a deleted message.
    pub fn content(&self) -> Option<Content> {
        match self.kind {
            MessageKind::Text => MessageText::parse(self.text.as_deref()?).ok().map(Content::Text),
            MessageKind::Location => self.location.clone().map(Content::Location),
            MessageKind::Contact => self.contact.clone().map(Content::Contact),
            MessageKind::System => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ID: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    const OTHER: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAW";

    fn user(last: char) -> UserId {
        UserId::parse(format!("00000000-0000-4000-8000-00000000000{last}")).unwrap()
    }

    fn conversation() -> ConversationId {
        ConversationId::direct(&user('a'), &user('b'))
    }

    fn outgoing(fields: Value) -> Result<Outgoing, String> {
        let mut input = json!({"id": ID, "conversationId": conversation()});
        input.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        serde_json::from_value(input).map_err(|error| error.to_string())
    }

    #[test]
    fn a_message_is_exactly_one_thing() {
        let location = json!({"latitude": 10.77, "longitude": 106.7});
        assert!(outgoing(json!({"text": "hi"})).is_ok());
        assert!(outgoing(json!({"location": location})).is_ok());
        assert!(outgoing(json!({"contact": {"name": "Bob"}})).is_ok());
        assert!(outgoing(json!({})).is_err());
        assert!(outgoing(json!({"text": "hi", "location": location})).is_err());
    }

    #[test]
    fn what_only_the_server_says_cannot_be_given() {
        for field in ["seq", "senderId", "createdAt", "forwardCount", "kind", "rev"] {
            assert!(outgoing(json!({"text": "hi", field: 1})).is_err(), "{field}");
        }
    }

    #[test]
    fn mentions_and_replies_are_checked() {
        assert!(outgoing(json!({"contact": {"name": "Bob"}, "mentions": [user('a')]})).is_err());
        assert!(outgoing(json!({"text": "hi", "mentions": ["bob"]})).is_err());
        assert!(outgoing(json!({"text": "hi", "replyToSeq": 0})).is_err());
        assert!(outgoing(json!({"text": "hi", "replyToSeq": -1})).is_err());
        assert_eq!(outgoing(json!({"text": "hi", "replyToSeq": 3})).unwrap().reply_to_seq(), Some(3));
    }

    #[test]
    fn the_digest_tells_requests_apart_and_nothing_else() {
        let request = |fields| outgoing(fields).unwrap().request().to_owned();
        assert_eq!(
            request(json!({"text": "hi"})),
            request(json!({"text": "hi", "mentions": [], "replyToSeq": null}))
        );
        assert_ne!(request(json!({"text": "hi"})), request(json!({"text": "ho"})));
        assert_ne!(request(json!({"text": "hi"})), request(json!({"text": "hi", "replyToSeq": 1})));
        assert_ne!(request(json!({"text": "hi"})), request(json!({"text": "hi", "mentions": [user('a')]})));
    }

    #[test]
    fn a_wish_to_forward_is_known_by_what_whence_and_where_to() {
        let [from, to] = ['b', 'c'].map(|other| ConversationId::direct(&user('a'), &user(other)));
        let [one, two] = [ID, OTHER].map(|id| MessageId::from(&ClientId::parse(id).unwrap()));
        let wish = |from, message, to| Outgoing::forward_request(from, message, to).unwrap();
        let wishes =
            [wish(&from, &one, &to), wish(&from, &two, &to), wish(&to, &one, &from), wish(&to, &one, &to)];
        assert_eq!(wishes[0], wish(&from, &one, &to));
        assert_eq!(wishes.iter().collect::<std::collections::BTreeSet<_>>().len(), wishes.len());
    }

    #[test]
    fn who_is_mentioned_is_told() {
        let outgoing = outgoing(json!({"text": "hi", "mentions": [user('b'), user('a')]})).unwrap();
        assert_eq!(outgoing.mentions(), [user('b'), user('a')]);
        assert_eq!(outgoing.message(&user('a'), 2, Timestamp::UNIX_EPOCH).mentions, [user('b'), user('a')]);
    }

    #[test]
    fn a_forwarded_message_tells_how_far_it_came_and_nothing_of_where_it_was() {
        let original = outgoing(json!({"text": "hi", "mentions": [user('b')], "replyToSeq": 1})).unwrap();
        let original = original.message(&user('a'), 2, Timestamp::UNIX_EPOCH);
        let to = ConversationId::direct(&user('a'), &user('c'));
        let copy = Outgoing::forwarded(&original, ClientId::parse(OTHER).unwrap(), to.clone()).unwrap();
        let copy = copy.message(&user('b'), 9, Timestamp::UNIX_EPOCH);
        assert_eq!((copy.forward_count, copy.kind, copy.text.as_deref()), (1, MessageKind::Text, Some("hi")));
        assert_eq!((copy.mentions.len(), copy.reply_to_seq, copy.conversation_id), (0, None, to));
    }
}

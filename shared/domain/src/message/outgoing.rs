//! A message on its way in.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    CardInput, Content, LocationInput, Media, MediaRight, Mentions, Message, MessageKind, MessageText, Seq,
};
use crate::Error;
use crate::id::{AttachmentId, ClientId, ConversationId, MessageId, UserId};
use crate::media::{Attachment, album_kind, has_link};

/// A message to send, as a client gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SendInput {
    /// Client-made id of the message.
    pub id: ClientId,
    /// To which conversation.
    pub conversation_id: ConversationId,
    /// A text, or the words under attachments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The sender's own attachments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment_ids: Option<Vec<AttachmentId>>,
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
        input.attachment_ids = input.attachment_ids.filter(|attachments| !attachments.is_empty());
        // What was asked for, before it was normalised: the tables of a later release must not make it another request.
        let request = digest(&input)?;
        let mentions = Mentions::new(input.mentions.unwrap_or_default())?;
        let text = input.text.as_deref().map(MessageText::parse).transpose()?;
        let content = match (input.attachment_ids, text, input.location, input.contact) {
            (None, Some(text), None, None) => Content::Text(text),
            (None, None, Some(location), None) => Content::Location(location.try_into()?),
            (None, None, None, Some(contact)) => Content::Contact(contact.try_into()?),
            (Some(attachments), caption, None, None) => Content::Media(Media::own(attachments, caption)?),
            _ => {
                return Err(Error::bad_request(
                    "exactly one of text, location and contact must be given; attachmentIds take a text or nothing",
                ));
            }
        };
        if !mentions.as_slice().is_empty() && !content.has_text() {
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

    /// The attachments to send.
    pub fn attachments(&self) -> &[AttachmentId] {
        match &self.content {
            Content::Media(media) => &media.attachments,
            _ => &[],
        }
    }

    /// How many rows it is written to at most: itself, its marker, its attachments, and the lists of what its
    /// conversation shared.
    pub fn most_rows(&self) -> usize {
        let (of_kind, words) = match &self.content {
            Content::Text(text) => (0, Some(text)),
            Content::Media(media) => (1, media.caption.as_ref()),
            Content::Location(_) | Content::Contact(_) => (0, None),
        };
        let links = words.is_some_and(|words| has_link(words.as_str()));
        2 + self.attachments().len() + of_kind + usize::from(links)
    }

    /// By what right attachments are sent; none where there are none.
    pub fn media_right(&self) -> Option<MediaRight> {
        match &self.content {
            Content::Media(media) => Some(media.right),
            _ => None,
        }
    }

    /// The message at its place, with its attachments as they are now, in their order. `BadRequest` for attachments that
    /// do not go together.
    pub fn message(
        &self,
        sender: &UserId,
        seq: u64,
        at: Timestamp,
        attachments: Vec<Attachment>,
    ) -> Result<Message, Error> {
        let (mut text, mut location, mut contact) = (None, None, None);
        let kind = match &self.content {
            Content::Text(of) => {
                text = Some(of.as_str().to_owned());
                MessageKind::Text
            }
            Content::Location(of) => {
                location = Some(of.clone());
                MessageKind::Location
            }
            Content::Contact(of) => {
                contact = Some(of.clone());
                MessageKind::Contact
            }
            Content::Media(of) => {
                text = of.caption.as_ref().map(|caption| caption.as_str().to_owned());
                album_kind(&attachments)?
            }
        };
        Ok(Message {
            id: self.id(),
            conversation_id: self.conversation_id.clone(),
            seq,
            rev: 0,
            sender_id: Some(sender.clone()),
            kind,
            text,
            mentions: self.mentions.as_slice().to_vec(),
            location,
            contact,
            attachments,
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
        })
    }
}

impl Content {
    /// Whether there are words, or room for them.
    const fn has_text(&self) -> bool {
        match self {
            Content::Text(_) => true,
            Content::Media(media) => media.caption.is_some(),
            Content::Location(_) | Content::Contact(_) => false,
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
            MessageKind::Image
            | MessageKind::Gif
            | MessageKind::Sticker
            | MessageKind::Audio
            | MessageKind::VoiceNote
            | MessageKind::Video
            | MessageKind::File => self.media().map(Content::Media),
        }
    }
}

impl Message {
    /// Its attachments, for who forwards them; none once it is deleted.
    fn media(&self) -> Option<Media> {
        let attachments: Vec<_> = self.attachments.iter().map(|attachment| attachment.id.clone()).collect();
        let caption = self.text.as_deref().and_then(|text| MessageText::parse(text).ok());
        (!attachments.is_empty()).then_some(Media { attachments, caption, right: MediaRight::Forwarded })
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
        assert_eq!(
            outgoing.message(&user('a'), 2, Timestamp::UNIX_EPOCH, Vec::new()).unwrap().mentions,
            [user('b'), user('a')]
        );
    }

    #[test]
    fn a_forwarded_message_tells_how_far_it_came_and_nothing_of_where_it_was() {
        let original = outgoing(json!({"text": "hi", "mentions": [user('b')], "replyToSeq": 1})).unwrap();
        let original = original.message(&user('a'), 2, Timestamp::UNIX_EPOCH, Vec::new()).unwrap();
        let to = ConversationId::direct(&user('a'), &user('c'));
        let copy = Outgoing::forwarded(&original, ClientId::parse(OTHER).unwrap(), to.clone()).unwrap();
        let copy = copy.message(&user('b'), 9, Timestamp::UNIX_EPOCH, Vec::new()).unwrap();
        assert_eq!((copy.forward_count, copy.kind, copy.text.as_deref()), (1, MessageKind::Text, Some("hi")));
        assert_eq!((copy.mentions.len(), copy.reply_to_seq, copy.conversation_id), (0, None, to));
    }

    fn attachment(id: &str) -> Attachment {
        serde_json::from_value(json!({"id": id, "kind": "IMAGE", "status": "READY", "fileName": "a.png",
            "contentType": "image/png", "size": 1, "createdAt": "2026-01-01T00:00:00Z"}))
        .unwrap()
    }

    #[test]
    fn attachments_are_each_sent_once_and_may_have_words() {
        assert!(outgoing(json!({"attachmentIds": [ID, OTHER]})).is_ok());
        assert!(outgoing(json!({"attachmentIds": [ID], "text": "look", "mentions": [user('a')]})).is_ok());
        assert!(outgoing(json!({"attachmentIds": [], "text": "no attachment"})).is_ok());
        assert!(outgoing(json!({"attachmentIds": [ID, ID]})).is_err());
        assert!(outgoing(json!({"attachmentIds": []})).is_err());
        assert!(outgoing(json!({"attachmentIds": [ID], "contact": {"name": "Bob"}})).is_err());
        assert!(outgoing(json!({"attachmentIds": [ID], "mentions": [user('a')]})).is_err());
    }

    #[test]
    fn a_forwarded_picture_is_the_same_picture() {
        let original = outgoing(json!({"attachmentIds": [ID], "text": "look"})).unwrap();
        assert_eq!(original.media_right(), Some(MediaRight::Own));
        let original = original.message(&user('a'), 2, Timestamp::UNIX_EPOCH, vec![attachment(ID)]).unwrap();
        assert_eq!((original.kind, original.text.as_deref()), (MessageKind::Image, Some("look")));
        let copy = Outgoing::forwarded(&original, ClientId::parse(OTHER).unwrap(), conversation()).unwrap();
        assert_eq!(copy.media_right(), Some(MediaRight::Forwarded));
        assert_eq!(copy.attachments(), [AttachmentId::parse(ID).unwrap()]);
    }
}

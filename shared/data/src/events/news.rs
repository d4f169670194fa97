//! From the old and the new image of a row to what happened.

use domain::Error;
use domain::account::Profile;
use domain::id::{ConversationId, UserId};
use domain::message::Message;

use crate::account::{BlockRow, ContactRow};
use crate::conversations::head::Head;
use crate::conversations::state::State;
use crate::media::row::AttachmentRow;
use crate::messages::row::{Change, HiddenRow, StarRow};
use crate::row::{self, ENTITY, Item, Row};

/// Something that happened, as one row tells it.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// A conversation was created.
    ConversationCreated(Head),
    /// A message was sent; as it was then.
    MessageSent(Message),
    /// A message, a member's role or the conversation changed.
    Revised(Change),
    /// A person is a member now.
    Joined(State),
    /// A person is a member no more; their last state.
    Left(State),
    /// Messages reached a person, who may have read them as well, and not because they sent.
    Received(State),
    /// A person read what had reached them before.
    Read(State),
    /// A person's own state changed.
    StateChanged(State),
    /// A person starred a message.
    Starred(StarRow),
    /// A person took a star away.
    Unstarred(StarRow),
    /// A person deleted a message for themself.
    Hidden(HiddenRow),
    /// An account was made.
    AccountCreated(Profile),
    /// A person changed what they set in their account.
    AccountChanged(Profile),
    /// A person added or renamed a contact.
    ContactChanged(ContactRow),
    /// A person removed a contact.
    ContactRemoved(ContactRow),
    /// A person blocked somebody.
    Blocked(BlockRow),
    /// A person lifted a block.
    Unblocked(BlockRow),
    /// What a person uploaded was looked at.
    AttachmentJudged(AttachmentRow),
    /// What a person uploaded is of no use to anybody any more.
    AttachmentReleased(AttachmentRow),
}

impl News {
    /// In which conversation it happened; none for what happened to an account.
    pub fn conversation(&self) -> Option<&ConversationId> {
        match self {
            News::ConversationCreated(head) => Some(&head.id),
            News::MessageSent(message) => Some(&message.conversation_id),
            News::Revised(change) => Some(&change.conversation_id),
            News::Joined(state)
            | News::Left(state)
            | News::Received(state)
            | News::Read(state)
            | News::StateChanged(state) => Some(&state.conversation_id),
            News::Starred(star) | News::Unstarred(star) => Some(&star.conversation_id),
            News::Hidden(hidden) => Some(&hidden.conversation_id),
            _ => None,
        }
    }

    /// Whether it concerns a conversation's members, and not one person alone.
    pub fn is_for_members(&self) -> bool {
        matches!(self, News::MessageSent(_) | News::Revised(_) | News::Received(_) | News::Read(_))
    }

    /// To whose account it happened; none for what happened in a conversation.
    pub fn account(&self) -> Option<&UserId> {
        match self {
            News::AccountCreated(profile) | News::AccountChanged(profile) => Some(&profile.user_id),
            News::ContactChanged(contact) | News::ContactRemoved(contact) => Some(&contact.owner_id),
            News::Blocked(block) | News::Unblocked(block) => Some(&block.owner_id),
            News::AttachmentJudged(row) | News::AttachmentReleased(row) => Some(&row.owner_id),
            _ => None,
        }
    }
}

/// What a row's change tells, in the order in which people shall learn it; nothing for rows that concern nobody.
///
/// A row that cannot be read is an `Internal` error with its key.
pub fn news_of(old: Option<Item>, new: Option<Item>) -> Result<Vec<News>, Error> {
    let image = new.as_ref().or(old.as_ref());
    let entity = image.map_or("", |item| row::text(item, ENTITY)).to_owned();
    let both = Images { old, new };
    match entity.as_str() {
        Head::ENTITY => both.read().map(|images| images.inserted(News::ConversationCreated)),
        Message::ENTITY => both.read().map(|images| images.inserted(News::MessageSent)),
        Change::ENTITY => both.read().map(|images| images.inserted(News::Revised)),
        State::ENTITY => both.read().map(state_news),
        StarRow::ENTITY => both.read().map(|images| images.came_or_went(News::Starred, News::Unstarred)),
        HiddenRow::ENTITY => both.read().map(|images| images.inserted(News::Hidden)),
        Profile::ENTITY => both.read().map(profile_news),
        ContactRow::ENTITY => {
            both.read().map(|images| images.came_or_went(News::ContactChanged, News::ContactRemoved))
        }
        BlockRow::ENTITY => both.read().map(|images| images.came_or_went(News::Blocked, News::Unblocked)),
        AttachmentRow::ENTITY => both.read().map(attachment_news),
        _ => Ok(Vec::new()),
    }
}

/// A row before and after.
struct Images<T> {
    old: Option<T>,
    new: Option<T>,
}

impl Images<Item> {
    fn read<R: Row>(self) -> Result<Images<R>, Error> {
        let old = self.old.map(row::decode).transpose()?;
        let new = self.new.map(row::decode).transpose()?;
        Ok(Images { old, new })
    }
}

impl<R> Images<R> {
    fn inserted(self, news: impl Fn(R) -> News) -> Vec<News> {
        match self {
            Images { old: None, new: Some(new) } => vec![news(new)],
            _ => Vec::new(),
        }
    }

    /// Came or changed on the one hand, went on the other.
    fn came_or_went(self, came: impl Fn(R) -> News, went: impl Fn(R) -> News) -> Vec<News> {
        match self {
            Images { new: Some(new), .. } => vec![came(new)],
            Images { old: Some(old), new: None } => vec![went(old)],
            Images { old: None, new: None } => Vec::new(),
        }
    }
}

fn state_news(images: Images<State>) -> Vec<News> {
    match images {
        Images { old: None, new: Some(new) } => vec![News::Joined(new)],
        Images { old: Some(old), new: None } => vec![News::Left(old)],
        Images { old: Some(old), new: Some(new) } => {
            let received = receipt_news(&old, &new);
            let changed = (old.version != new.version).then_some(News::StateChanged(new));
            received.into_iter().chain(changed).collect()
        }
        Images { old: None, new: None } => Vec::new(),
    }
}

/// Whoever sends has read what was before, and their message itself tells the others so.
fn receipt_news(old: &State, new: &State) -> Option<News> {
    if old.sent_seq != new.sent_seq {
        None
    } else if old.delivered_seq != new.delivered_seq {
        Some(News::Received(new.clone()))
    } else if old.read_seq != new.read_seq {
        Some(News::Read(new.clone()))
    } else {
        None
    }
}

/// How many messages have it is nobody's news.
fn attachment_news(images: Images<AttachmentRow>) -> Vec<News> {
    match images {
        Images { old: Some(old), new: Some(new) } if old.attachment.status != new.attachment.status => {
            vec![News::AttachmentJudged(new)]
        }
        Images { old: Some(old), new: None } => vec![News::AttachmentReleased(old)],
        _ => Vec::new(),
    }
}

/// The counters of a profile are nobody's news.
fn profile_news(images: Images<Profile>) -> Vec<News> {
    match images {
        Images { old: None, new: Some(new) } => vec![News::AccountCreated(new)],
        Images { old: Some(old), new: Some(new) } if old.version != new.version => {
            vec![News::AccountChanged(new)]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use domain::account::{Attendance, NewProfile};
    use domain::media::{Attachment, AttachmentStatus};
    use jiff::Timestamp;

    use super::*;
    use crate::conversations::head::tests::{head, state};
    use crate::keys;
    use crate::media::row::tests::picture;
    use crate::messages::row::ChangeTarget;

    fn image(state: &State) -> Option<Item> {
        Some(row::encode(&keys::state(&state.user_id, &state.conversation_id), state).unwrap())
    }

    fn of_state(old: Option<&State>, new: Option<&State>) -> Vec<News> {
        news_of(old.and_then(image), new.and_then(image)).unwrap()
    }

    #[test]
    fn who_has_a_state_is_a_member() {
        let state = state();
        assert_eq!(of_state(None, Some(&state)), [News::Joined(state.clone())]);
        assert_eq!(of_state(Some(&state), None), [News::Left(state)]);
    }

    #[test]
    fn reading_is_told_to_others_and_to_ones_own_devices() {
        let before = state();
        let after = State { read_seq: 3, delivered_seq: 3, version: before.version + 1, ..before.clone() };
        let told = [News::Received(after.clone()), News::StateChanged(after.clone())];
        assert_eq!(of_state(Some(&before), Some(&after)), told);
        let delivered = State { delivered_seq: 3, ..before };
        let told = [News::Read(after.clone()), News::StateChanged(after.clone())];
        assert_eq!(of_state(Some(&delivered), Some(&after)), told);
    }

    #[test]
    fn a_send_is_no_receipt() {
        let before = state();
        let after = State { read_seq: 4, delivered_seq: 4, sent_seq: 4, ..before.clone() };
        assert_eq!(of_state(Some(&before), Some(&after)), []);
    }

    #[test]
    fn settings_are_told_to_ones_own_devices_only() {
        let before = state();
        let after = State { archived: true, version: before.version + 1, ..before.clone() };
        assert_eq!(of_state(Some(&before), Some(&after)), [News::StateChanged(after)]);
    }

    #[test]
    fn a_change_is_news_once() {
        let change = Change {
            conversation_id: head().id,
            rev: 2,
            target: ChangeTarget::Conversation,
            actor_id: head().created_by,
            at: Timestamp::UNIX_EPOCH,
            before: None,
            reworded: false,
        };
        let item = row::encode(&keys::change(&change.conversation_id, 2), &change).unwrap();
        assert_eq!(news_of(None, Some(item.clone())).unwrap(), [News::Revised(change)]);
        assert_eq!(news_of(Some(item.clone()), Some(item)).unwrap(), []);
    }

    #[test]
    fn counters_and_heartbeats_are_no_news() {
        let sub = [("sub".to_owned(), head().created_by.to_string())].into();
        let new = NewProfile::from_attributes(&sub).unwrap();
        let before = Profile::new(&new, Timestamp::UNIX_EPOCH).unwrap();
        let image = |profile: &Profile| Some(row::encode(&keys::profile(&profile.user_id), profile).unwrap());
        let counted = Profile { conversations: 1, ..before.clone() };
        assert_eq!(news_of(image(&before), image(&counted)).unwrap(), []);
        let changed = Profile { version: 2, ..before.clone() };
        assert_eq!(news_of(image(&before), image(&changed)).unwrap(), [News::AccountChanged(changed)]);
        assert_eq!(news_of(None, image(&before)).unwrap(), [News::AccountCreated(before.clone())]);

        let here = Attendance { user_id: before.user_id, online: true, at: Timestamp::UNIX_EPOCH };
        let item = row::encode(&keys::presence(&here.user_id), &here).unwrap();
        assert_eq!(news_of(None, Some(item)).unwrap(), []);
    }

    #[test]
    fn contacts_and_blocks_come_and_go() {
        let owner = head().created_by;
        let block =
            BlockRow { owner_id: owner.clone(), user_id: owner.clone(), created_at: Timestamp::UNIX_EPOCH };
        let item = row::encode(&keys::block(&owner, &owner), &block).unwrap();
        assert_eq!(news_of(None, Some(item.clone())).unwrap(), [News::Blocked(block.clone())]);
        assert_eq!(news_of(Some(item), None).unwrap(), [News::Unblocked(block)]);
    }

    #[test]
    fn a_row_that_cannot_be_read_is_an_error_with_its_key() {
        let mut item = image(&state()).unwrap();
        item.remove("joinedAt");
        let error = news_of(None, Some(item)).unwrap_err();
        assert!(error.inner().is_some_and(|inner| inner.contains("C#g-")), "{error:?}");
    }

    #[test]
    fn a_verdict_and_an_end_are_told_and_uses_are_not() {
        let ready = picture();
        let pending = Attachment { status: AttachmentStatus::Pending, ..ready.attachment.clone() };
        let pending = AttachmentRow { attachment: pending, ..ready.clone() };
        let image = |row: &AttachmentRow| Some(row::encode(&keys::attachment(row.id()), row).unwrap());
        assert_eq!(news_of(None, image(&pending)).unwrap(), []);
        assert_eq!(news_of(image(&pending), image(&ready)).unwrap(), [News::AttachmentJudged(ready.clone())]);
        let used = AttachmentRow { uses: 1, expires_at: None, ..ready.clone() };
        assert_eq!(news_of(image(&ready), image(&used)).unwrap(), []);
        assert_eq!(news_of(image(&used), None).unwrap(), [News::AttachmentReleased(used)]);
    }
}

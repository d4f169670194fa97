//! What people are told of the news of one conversation or account.

use std::collections::HashMap;

use domain::Error;
use domain::conversation::{Conversation, MAX_LIVE_RECEIPTS};
use domain::event::{Event, Revision};
use domain::id::{ConversationId, UserId};
use domain::message::Message;
use jiff::Timestamp;

use super::audience;
use super::news::News;
use crate::conversations::head::Head;
use crate::conversations::info::Info;
use crate::conversations::member::MemberRow;
use crate::conversations::own::DraftRow;
use crate::conversations::state::State;
use crate::conversations::view::take;
use crate::keys::{self, Key};
use crate::messages::receipts::Telling;
use crate::messages::row::{Change, ChangeTarget};
use crate::row::{self, Item, Row};
use crate::store::Store;

/// An event and those who get it.
#[derive(Debug, Clone, PartialEq)]
pub struct Dispatch {
    /// Of which of the given news it tells, by position.
    pub of: usize,
    /// Who gets it, by id; at least one.
    pub recipients: Vec<UserId>,
    /// The event.
    pub event: Event,
}

impl Store {
    /// What has to be told of the news of one conversation, or of one account, in their order.
    ///
    /// The values are those of now: one BatchGetItem for what is told and one query for the roster, in parallel, then in
    /// direct conversations one BatchGetItem for who tells what they read. All strongly consistent, so that nobody is
    /// told anything from the acknowledgement of their removal on. Where there are receipts of a group and nothing else,
    /// the head is read first: a large group's roster is not read to tell nobody. `now` is the time of what the table
    /// keeps no time of.
    pub async fn dispatches(&self, news: &[News], now: Timestamp) -> Result<Vec<Dispatch>, Error> {
        let wanted: Vec<Key> = news.iter().flat_map(wanted).collect();
        let (rows, roster) = futures::try_join!(self.batch(&wanted, true), self.roster_for(news))?;
        let telling = self.receipts_tell(news, &roster).await?;
        let known = Known { rows, roster, telling, now };
        let told = news.iter().enumerate().map(|(of, news)| {
            let told = known.tell(news)?.into_iter().filter(|(recipients, _)| !recipients.is_empty());
            Ok(told.map(|(recipients, event)| Dispatch { of, recipients, event }).collect::<Vec<_>>())
        });
        Ok(told.collect::<Result<Vec<_>, Error>>()?.into_iter().flatten().collect())
    }

    /// The members, as far as anybody among them has to be told.
    async fn roster_for(&self, news: &[News]) -> Result<Vec<MemberRow>, Error> {
        let Some((conversation, receipts_only)) = concerned(news) else { return Ok(Vec::new()) };
        if receipts_only && !conversation.is_direct() && self.is_beyond_receipts(conversation).await? {
            return Ok(Vec::new());
        }
        self.member_roster(conversation).await
    }

    /// Whether a group is too large for receipts that are told live. One unit.
    async fn is_beyond_receipts(&self, conversation: &ConversationId) -> Result<bool, Error> {
        let key = keys::head(conversation);
        let head: Option<Head> = take(&mut self.batch(std::slice::from_ref(&key), true).await?, &key)?;
        Ok(head.is_some_and(|head| head.member_count > MAX_LIVE_RECEIPTS))
    }

    /// What receipts tell, if there are any to tell.
    async fn receipts_tell(&self, news: &[News], roster: &[MemberRow]) -> Result<Telling, Error> {
        let mut receipts = news.iter().filter(|news| matches!(news, News::Received(_) | News::Read(_)));
        if !receipts.any(|news| news.conversation().is_some_and(ConversationId::is_direct)) {
            return Ok(Telling::Readings);
        }
        let members = audience::everybody(roster);
        let profiles = self.profile_batch(&members).await?;
        let profile = |index| members.get(index).and_then(|member| profiles.get(member));
        Ok(Telling::between(profile(0), profile(1)))
    }
}

/// The conversation whose members are told, if there is one, and whether they are told of receipts and nothing else.
fn concerned(news: &[News]) -> Option<(&ConversationId, bool)> {
    let for_members: Vec<_> = news.iter().filter(|news| news.is_for_members()).collect();
    let conversation = for_members.first()?.conversation()?;
    Some((conversation, for_members.iter().all(|news| matches!(news, News::Received(_) | News::Read(_)))))
}

/// What has to be read to tell it.
fn wanted(news: &News) -> Vec<Key> {
    match news {
        News::MessageSent(message) => vec![keys::message(&message.conversation_id, message.seq)],
        News::Revised(Change { conversation_id, target, .. }) => match target {
            ChangeTarget::Message { seq } => vec![keys::message(conversation_id, *seq)],
            ChangeTarget::Conversation => vec![keys::head(conversation_id), keys::info(conversation_id)],
            ChangeTarget::Member { .. } => Vec::new(),
        },
        News::Joined(state) => vec![keys::head(&state.conversation_id), keys::info(&state.conversation_id)],
        News::StateChanged(state) => vec![keys::draft(&state.user_id, &state.conversation_id)],
        _ => Vec::new(),
    }
}

/// What was read.
struct Known {
    rows: HashMap<Key, Item>,
    roster: Vec<MemberRow>,
    telling: Telling,
    now: Timestamp,
}

type Told = Option<(Vec<UserId>, Event)>;

impl Known {
    fn tell(&self, news: &News) -> Result<Told, Error> {
        let now = self.now;
        Ok(match news {
            News::ConversationCreated(_) | News::AccountCreated(_) => None,
            News::MessageSent(sent) => {
                let message = self.message(&sent.conversation_id, sent.seq)?;
                Some((audience::seeing(&self.roster, sent.seq), Event::message_sent(message.at(now))))
            }
            News::Revised(change) => self.revised(change)?,
            News::Joined(state) => self.joined(state)?,
            News::Left(state) => {
                let last = state.conversation_state(None, None);
                Some((vec![state.user_id.clone()], Event::conversation_left(&last, now)))
            }
            // Even the time of a reading would tell of it.
            News::Read(_) if self.telling == Telling::DeliveriesOnly => None,
            News::Received(state) | News::Read(state) => {
                let readers = audience::receipt_readers(&self.roster, &state.user_id);
                Some((readers, Event::receipt(state.receipt(self.telling))))
            }
            News::StateChanged(state) => {
                let draft: Option<DraftRow> =
                    self.row(&keys::draft(&state.user_id, &state.conversation_id))?;
                let view = state.conversation_state(None, draft.map(|draft| draft.text));
                Some((vec![state.user_id.clone()], Event::state_changed(view, now)))
            }
            News::Starred(star) => {
                let (user, conversation) = (&star.user_id, star.conversation_id.clone());
                Some((vec![user.clone()], Event::starred(user, conversation, star.seq, star.starred_at)))
            }
            News::Unstarred(star) => {
                let (user, conversation) = (&star.user_id, star.conversation_id.clone());
                Some((
                    vec![user.clone()],
                    Event::unstarred(user, conversation, star.seq, star.starred_at, now),
                ))
            }
            News::Hidden(hidden) => {
                let (user, conversation) = (&hidden.user_id, hidden.conversation_id.clone());
                let event = Event::message_hidden(user, conversation, hidden.seq, hidden.hidden_at);
                Some((vec![user.clone()], event))
            }
            _ => of_account(news, now),
        })
    }

    /// Nothing for the role of somebody who left since: the notice of that tells more.
    fn revised(&self, change: &Change) -> Result<Told, Error> {
        let conversation = &change.conversation_id;
        let revision = Revision {
            conversation_id: conversation.clone(),
            rev: change.rev,
            actor_id: change.actor_id.clone(),
            at: change.at,
        };
        Ok(match &change.target {
            ChangeTarget::Message { seq } => {
                let message = self.message(conversation, *seq)?.at(self.now);
                let event = Event::message_changed(revision, message);
                Some((audience::seeing(&self.roster, *seq), event))
            }
            ChangeTarget::Member { user_id } => {
                let row = self.roster.iter().find(|member| member.user_id == *user_id);
                let event = row.map(|row| Event::member_changed(revision, row.member()));
                event.map(|event| (audience::everybody(&self.roster), event))
            }
            ChangeTarget::Conversation => {
                let head = self.head(conversation)?.ok_or_else(|| absent(&keys::head(conversation)))?;
                let event =
                    Event::conversation_changed(revision, self.described(conversation, head.conversation())?);
                Some((audience::everybody(&self.roster), event))
            }
        })
    }

    /// Nothing if the conversation is gone already.
    fn joined(&self, state: &State) -> Result<Told, Error> {
        let Some(head) = self.head(&state.conversation_id)? else { return Ok(None) };
        let conversation = self.described(&state.conversation_id, head.conversation_of(state, None))?;
        let event = Event::conversation_joined(state.conversation_state(None, None), conversation);
        Ok(Some((vec![state.user_id.clone()], event)))
    }

    fn described(&self, id: &ConversationId, mut conversation: Conversation) -> Result<Conversation, Error> {
        conversation.description = self.row::<Info>(&keys::info(id))?.map(|info| info.description);
        Ok(conversation)
    }

    fn head(&self, conversation: &ConversationId) -> Result<Option<Head>, Error> {
        self.row(&keys::head(conversation))
    }

    fn message(&self, conversation: &ConversationId, seq: u64) -> Result<Message, Error> {
        let key = keys::message(conversation, seq);
        self.row(&key)?.ok_or_else(|| absent(&key))
    }

    fn row<R: Row>(&self, key: &Key) -> Result<Option<R>, Error> {
        self.rows.get(key).cloned().map(row::decode).transpose()
    }
}

/// Messages and the heads of groups are never removed.
fn absent(key: &Key) -> Error {
    Error::internal(format!("{} / {} is gone", key.pk, key.sk))
}

fn of_account(news: &News, now: Timestamp) -> Told {
    let event = match news {
        News::AccountChanged(profile) => {
            Event::account_changed(&profile.user_id, profile.version, profile.changed_at)
        }
        News::ContactChanged(row) => Event::contact_changed(row.contact(), row.changed_at),
        News::ContactRemoved(row) => Event::contact_removed(row.contact(), now),
        News::Blocked(row) => Event::user_blocked(row.blocked_user()),
        News::Unblocked(row) => Event::user_unblocked(row.blocked_user(), now),
        News::AttachmentJudged(row) => Event::attachment_changed(&row.owner_id, row.attachment.clone(), now),
        _ => return None,
    };
    Some((vec![news.account()?.clone()], event))
}

#[cfg(test)]
mod tests {
    use domain::event::EventType;
    use domain::message::{SystemNotice, SystemNoticeType};

    use super::*;
    use crate::conversations::head::tests::{head, state};

    /// A group of one with one notice, as it was read.
    fn known(news: &[News]) -> Known {
        let (head, notice) = noticed();
        let info = Info { description: "for testing".to_owned() };
        let all = [
            (keys::head(&head.id), row::encode(&keys::head(&head.id), &head).unwrap()),
            (keys::info(&head.id), row::encode(&keys::info(&head.id), &info).unwrap()),
            (keys::message(&head.id, 1), row::encode(&keys::message(&head.id, 1), &notice).unwrap()),
        ];
        let wanted: Vec<_> = news.iter().flat_map(wanted).collect();
        let rows = all.into_iter().filter(|(key, _)| wanted.contains(key)).collect();
        let state = state();
        let member = MemberRow {
            conversation_id: head.id,
            user_id: state.user_id,
            role: state.role,
            joined_at: state.joined_at,
            first_seq: 1,
        };
        Known { rows, roster: vec![member], telling: Telling::Readings, now: Timestamp::UNIX_EPOCH }
    }

    fn noticed() -> (Head, Message) {
        let notice = SystemNotice {
            kind: SystemNoticeType::GroupCreated,
            actor_id: head().created_by,
            target_ids: Vec::new(),
        };
        head().noticed(notice, head().created_at)
    }

    fn told(news: News) -> (Vec<UserId>, Event) {
        let known = known(std::slice::from_ref(&news));
        known.tell(&news).unwrap().unwrap()
    }

    fn change(target: ChangeTarget) -> News {
        News::Revised(Change {
            conversation_id: head().id,
            rev: 5,
            target,
            actor_id: head().created_by,
            at: Timestamp::UNIX_EPOCH,
            before: None,
            reworded: false,
        })
    }

    #[test]
    fn a_message_goes_to_the_members() {
        let (recipients, event) = told(News::MessageSent(noticed().1));
        assert_eq!(recipients, [head().created_by]);
        assert_eq!((event.kind, event.seq), (EventType::MessageSent, Some(1)));
    }

    #[test]
    fn a_change_carries_what_changed_as_it_is_now() {
        let (_, event) = told(change(ChangeTarget::Message { seq: 1 }));
        assert_eq!(event.message.unwrap().seq, 1);
        let (_, event) = told(change(ChangeTarget::Conversation));
        assert_eq!(event.conversation.unwrap().description.as_deref(), Some("for testing"));
        let (_, event) = told(change(ChangeTarget::Member { user_id: head().created_by }));
        assert!(event.member.unwrap().active);
    }

    #[test]
    fn a_new_member_gets_the_conversation_and_their_state() {
        let (recipients, event) = told(News::Joined(state()));
        assert_eq!(recipients, [state().user_id]);
        let conversation = event.conversation.unwrap();
        assert_eq!(conversation.last_message.unwrap().seq, 1);
        assert!(event.state.is_some() && conversation.state.is_none());
    }

    #[test]
    fn a_new_member_is_not_shown_what_was_before_them() {
        let (_, event) = told(News::Joined(State { first_seq: 2, ..state() }));
        assert_eq!(event.conversation.unwrap().last_message, None);
    }

    #[test]
    fn a_hidden_reading_is_no_event_but_a_delivery_is() {
        let read = State { read_seq: 1, delivered_seq: 1, ..state() };
        let told = |news: &News| {
            let known = Known { telling: Telling::DeliveriesOnly, ..known(&[]) };
            known.tell(news).unwrap().map(|(_, event)| event.receipt.unwrap().read_seq)
        };
        assert_eq!(told(&News::Read(read.clone())), None);
        assert_eq!(told(&News::Received(read)), Some(None));
    }

    #[test]
    fn nobody_is_told_of_their_own_receipt() {
        let (recipients, _) = told(News::Received(State { read_seq: 1, ..state() }));
        assert!(recipients.is_empty());
    }
}

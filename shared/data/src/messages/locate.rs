//! Messages by their id.

use domain::Error;
use domain::conversation::Membership;
use domain::id::{ConversationId, MessageId, UserId};
use domain::message::{Message, QuotedMessage};

use crate::conversations::head::Head;
use crate::conversations::state::State;
use crate::conversations::view::{headless, take};
use crate::keys;
use crate::messages::row::{Marker, MessageRow};
use crate::row;
use crate::store::Store;

/// A message that a member may see, but for having deleted it for themself.
#[derive(Debug, Clone)]
pub(crate) struct Located {
    pub(crate) state: State,
    pub(crate) seq: u64,
}

impl Store {
    /// The number of a message that a member may see; `NotFound` for anybody and anything else.
    ///
    /// One read of two rows, strongly consistent, two units; the same whether the message exists or not.
    pub(crate) async fn message_locate(
        &self,
        user: &UserId,
        conversation: &ConversationId,
        message: &MessageId,
    ) -> Result<Located, Error> {
        let (state, marker) = (keys::state(user, conversation), keys::marker(message));
        let mut items = self.batch(&[state.clone(), marker.clone()], true).await?;
        let state: State = take(&mut items, &state)?.ok_or_else(Error::not_found)?;
        let seq = seq_of(take(&mut items, &marker)?.as_ref(), conversation, message);
        match seq {
            Some(seq) if state.sees(seq) => Ok(Located { state, seq }),
            _ => Err(Error::not_found()),
        }
    }

    /// A message that a member may see; `NotFound` for anybody and anything else.
    ///
    /// Two reads one after the other, strongly consistent, four units.
    pub async fn message_get(
        &self,
        user: &UserId,
        conversation: &ConversationId,
        message: &MessageId,
    ) -> Result<Message, Error> {
        Ok(self.message_seen(user, conversation, message).await?.1.message)
    }

    /// [`Store::message_get`] with the member's state and what only writers need.
    pub(crate) async fn message_seen(
        &self,
        user: &UserId,
        conversation: &ConversationId,
        message: &MessageId,
    ) -> Result<(State, MessageRow), Error> {
        let Located { state, seq } = self.message_locate(user, conversation, message).await?;
        let (place, hidden) = (keys::message(conversation, seq), keys::hidden(user, conversation, seq));
        let mut items = self.batch(&[place.clone(), hidden.clone()], true).await?;
        match take(&mut items, &place)? {
            Some(row) if !items.contains_key(&hidden) => Ok((state, row)),
            _ => Err(Error::not_found()),
        }
    }

    /// Messages that a member may see, in the order asked; none for those that they may not. `NotFound` for who is no
    /// member.
    ///
    /// Two reads one after the other, strongly consistent, a unit and three for each message.
    pub async fn message_batch(
        &self,
        user: &UserId,
        conversation: &ConversationId,
        messages: &[MessageId],
    ) -> Result<Vec<Option<Message>>, Error> {
        let key = keys::state(user, conversation);
        let wanted: Vec<_> = messages.iter().map(keys::marker).chain([key.clone()]).collect();
        let mut items = self.batch(&wanted, true).await?;
        let state: State = take(&mut items, &key)?.ok_or_else(Error::not_found)?;
        let mut seqs = Vec::with_capacity(messages.len());
        for message in messages {
            let marker = take::<Marker>(&mut items, &keys::marker(message))?;
            let seq = seq_of(marker.as_ref(), conversation, message);
            seqs.push(seq.filter(|seq| state.sees(*seq)));
        }
        let found: Vec<u64> = seqs.iter().copied().flatten().collect();
        let visible = self.message_visible(user, conversation, &found).await?;
        let by_seq = |seq: Option<u64>| visible.iter().find(|message| Some(message.seq) == seq).cloned();
        Ok(seqs.into_iter().map(by_seq).collect())
    }

    /// What a member may do in a conversation; `NotFound` for who is no member.
    ///
    /// One read of two rows, strongly consistent, two units.
    pub async fn membership_get(
        &self,
        user: &UserId,
        conversation: &ConversationId,
    ) -> Result<Membership, Error> {
        let (head, state) = (keys::head(conversation), keys::state(user, conversation));
        let mut items = self.batch(&[head.clone(), state.clone()], true).await?;
        let state: State = take(&mut items, &state)?.ok_or_else(Error::not_found)?;
        let head: Head = take(&mut items, &head)?.ok_or_else(|| headless(conversation))?;
        Ok(head.membership(&state))
    }

    /// What replies show of the messages that they reply to, in the same order; none once those are deleted.
    ///
    /// Who may see the reply may see its quote. Eventually consistent; half a unit for each.
    pub async fn quote_batch(
        &self,
        places: &[(ConversationId, u64)],
    ) -> Result<Vec<Option<QuotedMessage>>, Error> {
        let wanted: Vec<_> =
            places.iter().map(|(conversation, seq)| keys::message(conversation, *seq)).collect();
        let items = self.batch(&wanted, false).await?;
        let quoted = |key| {
            let message: Option<Message> = items.get(key).cloned().map(row::decode).transpose()?;
            Ok(message.and_then(|message| message.quoted()))
        };
        wanted.iter().map(quoted).collect()
    }

    /// Whether somebody of these is no member. Strongly consistent; one unit each, none for nobody.
    pub(crate) async fn strangers_among(
        &self,
        conversation: &ConversationId,
        users: &[UserId],
    ) -> Result<bool, Error> {
        let wanted: Vec<_> = users.iter().map(|user| keys::member(conversation, user)).collect();
        let items = self.batch(&wanted, true).await?;
        Ok(items.len() < wanted.len())
    }
}

/// The number of a message: its marker tells it, or the id of a notice itself.
fn seq_of(marker: Option<&Marker>, conversation: &ConversationId, message: &MessageId) -> Option<u64> {
    match marker {
        Some(marker) => (marker.conversation_id == *conversation).then_some(marker.seq),
        None => message.notice_seq(conversation),
    }
}

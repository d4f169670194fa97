//! Sending.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::Error;
use domain::id::{ConversationId, MessageId, UserId};
use domain::message::{Message, Outgoing};
use futures::future::try_join;
use jiff::Timestamp;

use crate::conversations::head::Head;
use crate::conversations::state::State;
use crate::failure::TransactionFailure;
use crate::keys;
use crate::messages::row::Marker;
use crate::row;
use crate::store::{IntoPart, Store};

/// What a send starts from, as of one moment.
struct Moment {
    head: Head,
    state: State,
    marker: Option<Marker>,
}

impl Store {
    /// Sends a message: gives it the next number of its conversation, once and for ever.
    ///
    /// The same id again gives the message as it is now; with other content, or by somebody else, it is a `Conflict`.
    /// Two round trips (with mentions too): one snapshot of three rows, 6 read units, and one transaction of four
    /// rows, 8 write units, whatever the size of the group. Who loses the race for the number tries again.
    pub async fn message_append(
        &self,
        sender: &UserId,
        message: &Outgoing,
        now: Timestamp,
    ) -> Result<Message, Error> {
        let conversation = message.conversation_id();
        let strangers = self.strangers_among(conversation, message.mentions());
        let (mut moment, strangers) = try_join(self.moment(sender, message), strangers).await?;
        let mut attempt = 0;
        loop {
            if let Some(marker) = &moment.marker {
                return self.message_again(sender, conversation, message.request(), marker).await;
            }
            moment.may_send(message, strangers)?;
            let sent = message.message(sender, moment.head.seq + 1, now);
            match self.transact(self.send_parts(&moment, message, &sent)?).await {
                Ok(()) => return Ok(sent),
                Err(TransactionFailure::Refused(_)) => self.back_off(&mut attempt).await?,
                Err(failure) => return Err(failure.into()),
            }
            moment = self.moment(sender, message).await?;
        }
    }

    /// The message that was sent with an id, if it was, for who asks for the same once more.
    ///
    /// `NotFound` for who is no member, `Conflict` if the id was used for anything else. Up to two reads.
    pub async fn message_sent(
        &self,
        sender: &UserId,
        conversation: &ConversationId,
        id: &MessageId,
        request: &str,
    ) -> Result<Option<Message>, Error> {
        let wanted = [keys::state(sender, conversation), keys::marker(id)];
        let [state, marker] = self.snapshot_of(&wanted).await?;
        if state.is_none() {
            return Err(Error::not_found());
        }
        let Some(marker) = marker.map(row::decode::<Marker>).transpose()? else { return Ok(None) };
        self.message_again(sender, conversation, request, &marker).await.map(Some)
    }

    async fn moment(&self, sender: &UserId, message: &Outgoing) -> Result<Moment, Error> {
        let conversation = message.conversation_id();
        let wanted =
            [keys::head(conversation), keys::state(sender, conversation), keys::marker(&message.id())];
        let [head, state, marker] = self.snapshot_of(&wanted).await?;
        let (Some(head), Some(state)) = (head, state) else { return Err(Error::not_found()) };
        let marker = marker.map(row::decode).transpose()?;
        Ok(Moment { head: row::decode(head)?, state: row::decode(state)?, marker })
    }

    async fn message_again(
        &self,
        sender: &UserId,
        conversation: &ConversationId,
        request: &str,
        marker: &Marker,
    ) -> Result<Message, Error> {
        let same = marker.sender_id == *sender
            && marker.conversation_id == *conversation
            && marker.request == request;
        if !same {
            return Err(Error::conflict("this id was used for another message"));
        }
        let message = self.get(&keys::message(conversation, marker.seq)).await?;
        message.ok_or_else(|| Error::internal(format!("message {} has a marker and no row", marker.id)))
    }

    fn send_parts(
        &self,
        moment: &Moment,
        message: &Outgoing,
        sent: &Message,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let marker = Marker {
            id: sent.id.clone(),
            conversation_id: sent.conversation_id.clone(),
            seq: sent.seq,
            sender_id: moment.state.user_id.clone(),
            request: message.request().to_owned(),
        };
        let new = "attribute_not_exists(pk)";
        Ok(vec![
            self.head_part(&moment.head, moment.head.with_message(sent))?,
            self.put_part(&keys::message(&sent.conversation_id, sent.seq), sent)?
                .condition_expression(new)
                .part()?,
            self.put_part(&keys::marker(&sent.id), &marker)?.condition_expression(new).part()?,
            self.own_part(&moment.state, sent)?,
        ])
    }

    /// A part that counts a message as received and read by its sender. No watermark goes backwards: one that is
    /// further already stays, and one that moves meanwhile refuses the transaction.
    fn own_part(&self, state: &State, sent: &Message) -> Result<TransactWriteItem, Error> {
        let mut set = "SET sentSeq = :seq, receiptAt = :now".to_owned();
        let mut condition = "attribute_exists(pk)".to_owned();
        for (name, watermark) in [("readSeq", state.read_seq), ("deliveredSeq", state.delivered_seq)] {
            if watermark < sent.seq {
                set.push_str(&format!(", {name} = :seq"));
                condition.push_str(&format!(" AND {name} < :seq"));
            }
        }
        self.update_part(&keys::state(&state.user_id, &state.conversation_id))
            .update_expression(set)
            .condition_expression(condition)
            .expression_attribute_values(":seq", AttributeValue::N(sent.seq.to_string()))
            .expression_attribute_values(":now", AttributeValue::S(sent.created_at.to_string()))
            .part()
    }
}

impl Moment {
    fn may_send(&self, message: &Outgoing, strangers: bool) -> Result<(), Error> {
        self.head.membership(&self.state).may_send()?;
        // What the sender cannot see they cannot quote either.
        if let Some(seq) = message.reply_to_seq()
            && !(self.state.sees(seq) && seq <= self.head.seq)
        {
            return Err(Error::not_found());
        }
        if strangers {
            return Err(Error::bad_request("mentions must be members of the conversation"));
        }
        Ok(())
    }
}

impl Head {
    /// The head after one more message.
    fn with_message(&self, sent: &Message) -> Head {
        Head {
            seq: sent.seq,
            last_message: Some(sent.preview()),
            updated_at: sent.created_at,
            ..self.clone()
        }
    }
}

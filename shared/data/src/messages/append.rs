//! Sending.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::Error;
use domain::id::{ConversationId, MessageId, UserId};
use domain::message::{Message, Outgoing, held_back};
use futures::future::{join_all, try_join, try_join_all};
use jiff::Timestamp;

use crate::conversations::head::Head;
use crate::conversations::state::State;
use crate::failure::TransactionFailure;
use crate::keys;
use crate::media::Supply;
use crate::messages::row::Marker;
use crate::row;
use crate::store::{IntoPart, Store};

/// What a send starts from, as of one moment.
struct Moment {
    head: Head,
    state: State,
    /// One for each message.
    markers: Vec<Option<Marker>>,
    /// What the messages want to have.
    supply: Supply,
}

/// The most rows that one transaction writes (DynamoDB's limit).
const MAX_ROWS: usize = 100;
/// The rows that a send writes whatever it sends: the head and the sender's state.
const FIXED_ROWS: usize = 2;

/// What is to be done for one message.
#[expect(clippy::large_enum_variant, reason = "at most 25 of them, nearly all the large one")]
enum Placing {
    /// It has the next number.
    New(Message),
    /// It was sent before, at this number.
    Again(u64),
}

/// What is to be done for a run of messages, and why it ends before the last of them.
struct Plan {
    places: Vec<Placing>,
    refused: Option<Error>,
}

impl Store {
    /// Sends a message: gives it the next number of its conversation, once and for ever.
    ///
    /// The same id again gives the message as it is now; with other content, or by somebody else, it is a `Conflict`.
    /// Two round trips (with mentions too): one snapshot of three rows, 6 read units, and one transaction of four
    /// rows, 8 write units, whatever the size of the group; 2 of each more for every attachment, and 2 write units for
    /// each list of what the conversation shared that it is in. Who loses the race for the number tries again.
    pub async fn message_append(
        &self,
        sender: &UserId,
        message: &Outgoing,
        now: Timestamp,
    ) -> Result<Message, Error> {
        let sent = self.message_append_all(sender, std::slice::from_ref(message), now).await.pop();
        sent.unwrap_or_else(|| Err(Error::internal("a message was neither sent nor refused")))
    }

    /// Sends messages of one conversation in their order, all with different ids; each has a result of its own, as
    /// [`Store::message_append`] gives it. After the first that is not sent the rest is held back.
    ///
    /// As many as one transaction takes (49 without attachments) are sent together: one snapshot and one transaction,
    /// two round trips and 4 read and 4 write units, and 2 and 4 for each message. Nobody else's message comes between
    /// those.
    pub async fn message_append_all(
        &self,
        sender: &UserId,
        messages: &[Outgoing],
        now: Timestamp,
    ) -> Vec<Result<Message, Error>> {
        let (mut results, mut rest) = (Vec::with_capacity(messages.len()), messages);
        while !rest.is_empty() {
            let (run, after) = rest.split_at(fitting(rest));
            match self.append_run(sender, run, now).await {
                Ok(sent) => results.extend(sent),
                Err(error) => results.push(Err(error)),
            }
            rest = if results.iter().all(Result::is_ok) { after } else { &[] };
        }
        results.resize_with(messages.len(), || Err(held_back()));
        results
    }

    /// The results up to the first message that is not sent.
    async fn append_run(
        &self,
        sender: &UserId,
        messages: &[Outgoing],
        now: Timestamp,
    ) -> Result<Vec<Result<Message, Error>>, Error> {
        let strangers =
            messages.iter().map(|one| self.strangers_among(one.conversation_id(), one.mentions()));
        let (mut moment, strangers) =
            try_join(self.moment(sender, messages), try_join_all(strangers)).await?;
        let mut attempt = 0;
        loop {
            let plan = moment.plan(messages, &strangers, now);
            match self.send(&moment, messages, &plan.places).await {
                Ok(()) => return Ok(self.placed(&moment.head.id, plan).await),
                Err(TransactionFailure::Refused(_)) => self.back_off(&mut attempt).await?,
                Err(failure) => return Err(failure.into()),
            }
            moment = self.moment(sender, messages).await?;
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

    async fn moment(&self, sender: &UserId, messages: &[Outgoing]) -> Result<Moment, Error> {
        let conversation = messages.first().map(Outgoing::conversation_id).ok_or_else(Error::not_found)?;
        let mut wanted = vec![keys::head(conversation), keys::state(sender, conversation)];
        wanted.extend(messages.iter().map(|message| keys::marker(&message.id())));
        wanted.extend(Supply::wanted(messages));
        let mut rows = self.snapshot(&wanted).await?.into_iter();
        let (Some(Some(head)), Some(Some(state))) = (rows.next(), rows.next()) else {
            return Err(Error::not_found());
        };
        let markers = rows.by_ref().take(messages.len()).map(|row| row.map(row::decode).transpose());
        let markers = markers.collect::<Result<_, _>>()?;
        Ok(Moment {
            head: row::decode(head)?,
            state: row::decode(state)?,
            markers,
            supply: Supply::read(rows)?,
        })
    }

    async fn message_again(
        &self,
        sender: &UserId,
        conversation: &ConversationId,
        request: &str,
        marker: &Marker,
    ) -> Result<Message, Error> {
        if !marker.is_for(sender, conversation, request) {
            return Err(reused());
        }
        self.message_at(conversation, marker.seq).await
    }

    /// A message that has a marker.
    async fn message_at(&self, conversation: &ConversationId, seq: u64) -> Result<Message, Error> {
        let key = keys::message(conversation, seq);
        self.get(&key).await?.ok_or_else(|| Error::internal(format!("{} / {} is gone", key.pk, key.sk)))
    }

    /// Writes what is new in one transaction.
    async fn send(
        &self,
        moment: &Moment,
        messages: &[Outgoing],
        places: &[Placing],
    ) -> Result<(), TransactionFailure> {
        let parts = self.send_parts(moment, messages, places).map_err(TransactionFailure::Failed)?;
        if parts.is_empty() { Ok(()) } else { self.transact(parts).await }
    }

    fn send_parts(
        &self,
        moment: &Moment,
        messages: &[Outgoing],
        places: &[Placing],
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let new = messages.iter().zip(places).filter_map(|(message, place)| match place {
            Placing::New(sent) => Some((message, sent)),
            Placing::Again(_) => None,
        });
        let new: Vec<_> = new.collect();
        let Some((_, last)) = new.last() else { return Ok(Vec::new()) };
        let mut parts = vec![
            self.head_part(&moment.head, moment.head.with_message(last))?,
            self.own_part(&moment.state, last)?,
        ];
        parts.extend(self.use_parts(new.iter().map(|(message, _)| *message))?);
        for (message, sent) in new {
            parts.extend(self.gallery_parts(None, sent)?);
            let marker = Marker {
                id: sent.id.clone(),
                conversation_id: sent.conversation_id.clone(),
                seq: sent.seq,
                sender_id: moment.state.user_id.clone(),
                request: message.request().to_owned(),
            };
            let condition = "attribute_not_exists(pk)";
            let place = keys::message(&sent.conversation_id, sent.seq);
            parts.push(self.put_part(&place, sent)?.condition_expression(condition).part()?);
            let proof = self.put_part(&keys::marker(&sent.id), &marker)?;
            parts.push(proof.condition_expression(condition).part()?);
        }
        Ok(parts)
    }

    /// The results of what was written.
    async fn placed(&self, conversation: &ConversationId, plan: Plan) -> Vec<Result<Message, Error>> {
        let placed = plan.places.into_iter().map(|place| async move {
            match place {
                Placing::New(sent) => Ok(sent),
                Placing::Again(seq) => self.message_at(conversation, seq).await,
            }
        });
        let mut results = join_all(placed).await;
        results.extend(plan.refused.map(Err));
        results
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
    /// What to do for each message, up to the first that cannot be sent.
    fn plan(&self, messages: &[Outgoing], strangers: &[bool], now: Timestamp) -> Plan {
        let mut places = Vec::with_capacity(messages.len());
        let mut seq = self.head.seq;
        for ((message, marker), strangers) in messages.iter().zip(&self.markers).zip(strangers) {
            let conversation = message.conversation_id();
            let place = match marker {
                Some(marker) if marker.is_for(&self.state.user_id, conversation, message.request()) => {
                    Ok(Placing::Again(marker.seq))
                }
                Some(_) => Err(reused()),
                None => self.may_send(message, seq, *strangers).and_then(|()| {
                    let sender = &self.state.user_id;
                    let attachments = self.supply.of(message, sender, now)?;
                    let sent = message.message(sender, seq + 1, now, attachments)?;
                    seq += 1;
                    Ok(Placing::New(sent))
                }),
            };
            match place {
                Ok(place) => places.push(place),
                Err(error) => return Plan { places, refused: Some(error) },
            }
        }
        Plan { places, refused: None }
    }

    /// Whether a message may come after the number `last`.
    fn may_send(&self, message: &Outgoing, last: u64, strangers: bool) -> Result<(), Error> {
        self.head.membership(&self.state).may_send()?;
        // What the sender cannot see they cannot quote either.
        if let Some(seq) = message.reply_to_seq()
            && !(self.state.sees(seq) && seq <= last)
        {
            return Err(Error::not_found());
        }
        if strangers {
            return Err(Error::bad_request("mentions must be members of the conversation"));
        }
        Ok(())
    }
}

impl Marker {
    /// Whether it is of the same wish: by the same person, for the same conversation, with the same content.
    fn is_for(&self, sender: &UserId, conversation: &ConversationId, request: &str) -> bool {
        self.sender_id == *sender && self.conversation_id == *conversation && self.request == request
    }
}

/// How many messages fit into one transaction; one always does.
fn fitting(messages: &[Outgoing]) -> usize {
    let mut rows = FIXED_ROWS;
    let beyond = messages.iter().position(|message| {
        rows += message.most_rows();
        rows > MAX_ROWS
    });
    beyond.map_or(messages.len(), |beyond| beyond.max(1))
}

fn reused() -> Error {
    Error::conflict("this id was used for another message")
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

#[cfg(test)]
mod tests {
    use domain::ErrorKind;
    use serde_json::json;

    use super::*;
    use crate::conversations::head::tests::{head, state};

    fn outgoing(number: usize, reply_to: Option<u64>) -> Outgoing {
        let id = format!("00000000-0000-4000-8000-{number:012}");
        let input = json!({"id": id, "conversationId": head().id, "text": "hi", "replyToSeq": reply_to});
        serde_json::from_value(input).unwrap()
    }

    fn marker(of: &Outgoing, request: &str) -> Option<Marker> {
        let request = request.to_owned();
        let (id, sender_id) = (of.id(), head().created_by);
        Some(Marker { id, conversation_id: head().id, seq: 4, sender_id, request })
    }

    /// What becomes of messages after the seventh: their numbers, and why the run ends.
    fn planned(messages: &[Outgoing], markers: Vec<Option<Marker>>) -> (Vec<u64>, Option<ErrorKind>) {
        let moment =
            Moment { head: Head { seq: 7, ..head() }, state: state(), markers, supply: Supply::default() };
        let plan = moment.plan(messages, &vec![false; messages.len()], Timestamp::UNIX_EPOCH);
        let seq = |place| match place {
            Placing::New(Message { seq, .. }) | Placing::Again(seq) => seq,
        };
        (plan.places.into_iter().map(seq).collect(), plan.refused.map(|error| error.kind()))
    }

    #[test]
    fn what_is_new_gets_the_next_numbers_and_what_is_not_keeps_its_own() {
        let messages = [outgoing(1, None), outgoing(2, None), outgoing(3, Some(8))];
        let again = marker(&messages[1], messages[1].request());
        assert_eq!(planned(&messages, vec![None, again, None]), (vec![8, 4, 9], None));
    }

    #[test]
    fn a_run_ends_at_the_first_message_that_is_refused() {
        let messages = [outgoing(1, None), outgoing(2, None), outgoing(3, None)];
        let other = marker(&messages[1], "something else");
        assert_eq!(planned(&messages, vec![None, other, None]), (vec![8], Some(ErrorKind::Conflict)));
    }

    #[test]
    fn nobody_replies_to_what_is_not_there_yet() {
        let messages = [outgoing(1, Some(8))];
        assert_eq!(planned(&messages, vec![None]), (vec![], Some(ErrorKind::NotFound)));
    }

    #[test]
    fn a_transaction_takes_so_many_messages() {
        let texts: Vec<_> = (0..60).map(|number| outgoing(number, None)).collect();
        assert_eq!(fitting(&texts), 49);
        let album = |number: usize| -> Outgoing {
            let id = |number: usize| format!("00000000-0000-4000-9000-{number:012}");
            let attachments: Vec<_> = (0..30).map(|at| id(100 * number + at)).collect();
            let input = json!({"id": id(number), "conversationId": head().id, "attachmentIds": attachments});
            serde_json::from_value(input).unwrap()
        };
        let albums: Vec<_> = (1..9).map(album).collect();
        assert_eq!(fitting(&albums), 2);
        assert_eq!(fitting(&albums[..1]), 1);
    }
}

//! What a member keeps of a message for themself: hidden, starred.

use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::Error;
use domain::message::{MAX_HIDDEN, MAX_STARS, Message, Place, StarredMessage};

use crate::conversations::state::State;
use crate::keys::{self, Key};
use crate::messages::row::{HiddenRow, StarRow};
use crate::row;
use crate::store::{IntoPart, Store};

/// A message with its member's state and what they keep of it.
struct Kept {
    state: State,
    message: Message,
    hidden: bool,
    star: Option<StarRow>,
}

impl Store {
    /// Deletes a message for one person only; one that is deleted so already stays as it is.
    ///
    /// Two reads and one transaction of two rows, four write units. At most 1,000 in a conversation between two
    /// clearings, exactly: the state is replaced on the condition that its version is the same.
    pub async fn message_hide(&self, place: &Place) -> Result<Message, Error> {
        let seq = self.message_locate(&place.user_id, &place.conversation_id, &place.message_id).await?.seq;
        let row = HiddenRow {
            user_id: place.user_id.clone(),
            conversation_id: place.conversation_id.clone(),
            seq,
            hidden_at: place.now,
        };
        let key = keys::hidden(&place.user_id, &place.conversation_id, seq);
        let mut attempt = 0;
        loop {
            let kept = self.kept(place, seq).await?;
            if kept.hidden {
                return Ok(kept.message);
            }
            if kept.state.hidden_count >= MAX_HIDDEN {
                return Err(Error::limit_exceeded(format!(
                    "at most {MAX_HIDDEN} messages can be deleted for yourself; clear the conversation instead"
                )));
            }
            let parts = vec![self.put_new(&key, &row)?, self.hidden_part(&kept.state, seq).part()?];
            match self.transact(parts).await {
                Ok(()) => return Ok(kept.message),
                Err(failure) => failure.lost_race()?,
            }
            self.back_off(&mut attempt).await?;
        }
    }

    /// Stars a message for one person; one that is starred stays as it is. At most 1,000 in a conversation.
    ///
    /// Two reads and one transaction of two rows, six write units with the index.
    pub async fn star_set(&self, place: &Place) -> Result<StarredMessage, Error> {
        let seq = self.message_locate(&place.user_id, &place.conversation_id, &place.message_id).await?.seq;
        let row = StarRow::new(&place.user_id, &place.conversation_id, seq, place.now);
        let key = keys::star(&place.user_id, &place.conversation_id, seq);
        let mut attempt = 0;
        loop {
            let kept = self.kept(place, seq).await?;
            if kept.hidden {
                return Err(Error::not_found());
            }
            if let Some(star) = kept.star {
                return Ok(star.starred(Some(kept.message)));
            }
            if !kept.message.is_live() {
                return Err(Error::forbidden("this message cannot be starred"));
            }
            if kept.state.star_count >= MAX_STARS {
                return Err(Error::limit_exceeded(format!(
                    "at most {MAX_STARS} messages of a conversation can be starred"
                )));
            }
            let counted = self.counted_part(&kept.state, kept.state.star_count + 1).part()?;
            match self.transact(vec![self.put_new(&key, &row)?, counted]).await {
                Ok(()) => return Ok(row.starred(Some(kept.message))),
                Err(failure) => failure.lost_race()?,
            }
            self.back_off(&mut attempt).await?;
        }
    }

    /// Takes a star away; having none changes nothing.
    ///
    /// Two reads and one transaction of two rows, six write units with the index.
    pub async fn star_remove(&self, place: &Place) -> Result<StarredMessage, Error> {
        let seq = self.message_locate(&place.user_id, &place.conversation_id, &place.message_id).await?.seq;
        let key = keys::star(&place.user_id, &place.conversation_id, seq);
        let mut attempt = 0;
        loop {
            let kept = self.kept(place, seq).await?;
            let message = Some(kept.message).filter(|_| !kept.hidden);
            let bare = StarredMessage {
                conversation_id: place.conversation_id.clone(),
                seq,
                message,
                starred_at: None,
            };
            if kept.star.is_none() {
                return Ok(bare);
            }
            // Stars outlive a membership and its counter: who joined again may take away more than they set since.
            let counted = self.counted_part(&kept.state, kept.state.star_count.saturating_sub(1)).part()?;
            let gone = self.delete_part(&key).condition_expression("attribute_exists(pk)").part()?;
            match self.transact(vec![gone, counted]).await {
                Ok(()) => return Ok(bare),
                Err(failure) => failure.lost_race()?,
            }
            self.back_off(&mut attempt).await?;
        }
    }

    async fn kept(&self, place: &Place, seq: u64) -> Result<Kept, Error> {
        let (user, conversation) = (&place.user_id, &place.conversation_id);
        let wanted = [
            keys::state(user, conversation),
            keys::message(conversation, seq),
            keys::hidden(user, conversation, seq),
            keys::star(user, conversation, seq),
        ];
        let mut items = self.batch(&wanted, true).await?;
        let [state, message, hidden, star] = wanted.map(|key| items.remove(&key));
        let state: State = state.map(row::decode).transpose()?.ok_or_else(Error::not_found)?;
        let message = message.map(row::decode).transpose()?.filter(|_| state.sees(seq));
        Ok(Kept {
            state,
            message: message.ok_or_else(Error::not_found)?,
            hidden: hidden.is_some(),
            star: star.map(row::decode).transpose()?,
        })
    }

    fn put_new<R: crate::row::Row>(&self, key: &Key, row: &R) -> Result<TransactWriteItem, Error> {
        self.put_part(key, row)?.condition_expression("attribute_not_exists(pk)").part()
    }

    fn hidden_part(&self, state: &State, seq: u64) -> UpdateBuilder {
        let number = |number: u64| AttributeValue::N(number.to_string());
        self.versioned_part(state)
            .update_expression("SET hiddenCount = :count, hiddenSeq = :greatest, version = :version")
            .expression_attribute_values(":count", number(state.hidden_count + 1))
            .expression_attribute_values(":greatest", number(state.hidden_seq.max(seq)))
    }

    fn counted_part(&self, state: &State, stars: u64) -> UpdateBuilder {
        self.versioned_part(state)
            .update_expression("SET starCount = :count, version = :version")
            .expression_attribute_values(":count", AttributeValue::N(stars.to_string()))
    }

    /// A change of a state that raises its version and is refused if anybody else raised it since.
    fn versioned_part(&self, state: &State) -> UpdateBuilder {
        let number = |number: u64| AttributeValue::N(number.to_string());
        self.update_part(&keys::state(&state.user_id, &state.conversation_id))
            .condition_expression("version = :before")
            .expression_attribute_values(":before", number(state.version))
            .expression_attribute_values(":version", number(state.version + 1))
    }
}

impl StarRow {
    /// The star as a client sees it.
    pub(crate) fn starred(&self, message: Option<Message>) -> StarredMessage {
        StarredMessage {
            conversation_id: self.conversation_id.clone(),
            seq: self.seq,
            message,
            starred_at: Some(self.starred_at),
        }
    }
}

//! Pinning.

use domain::Error;
use domain::conversation::Membership;
use domain::id::{ConversationId, UserId};
use domain::message::{MAX_PINS, Message, PinDuration, Place};
use jiff::Timestamp;

use crate::conversations::head::{Head, Pin};
use crate::conversations::state::State;
use crate::conversations::view::{headless, take};
use crate::keys;
use crate::messages::rewrite::Rewrite;
use crate::store::Store;

impl Store {
    /// Pins a message for everyone; one that is pinned for as long already stays as it is. A fourth is `LimitExceeded`.
    ///
    /// Three round trips, 6 write units.
    pub async fn pin_set(&self, place: &Place, duration: Option<PinDuration>) -> Result<Message, Error> {
        self.message_rewrite(
            place,
            |_| None,
            |scene| {
                scene.head.membership(&scene.state).may_pin()?;
                let Some(after) = scene.row.message.pinned(duration, place.now)? else { return Ok(None) };
                let mut rewrite = Rewrite::new(scene, after);
                let pin = Pin { seq: rewrite.message.seq, until: rewrite.message.pinned_until };
                rewrite.head.pins = with_pin(&scene.head.pins, pin, place.now)?;
                Ok(Some(rewrite))
            },
        )
        .await
    }

    /// Unpins a message; one that is not pinned stays as it is. It works in a closed conversation too.
    ///
    /// Three round trips, 6 write units.
    pub async fn pin_remove(&self, place: &Place) -> Result<Message, Error> {
        self.message_rewrite(
            place,
            |_| None,
            |scene| {
                // One who may not pin is refused even when there is nothing to do; a closed conversation is no reason.
                let membership = scene.head.membership(&scene.state);
                Membership { closed: false, ..membership }.may_pin()?;
                let Some(after) = scene.row.message.unpinned() else { return Ok(None) };
                let mut rewrite = Rewrite::new(scene, after);
                rewrite.head.pins.retain(|pin| pin.seq != rewrite.message.seq);
                Ok(Some(rewrite))
            },
        )
        .await
    }

    /// The pinned messages that a member may see, last pinned first, at most three; `NotFound` for others.
    ///
    /// Two reads one after the other, strongly consistent, up to eight units.
    pub async fn pin_list(
        &self,
        user: &UserId,
        conversation: &ConversationId,
        now: Timestamp,
    ) -> Result<Vec<Message>, Error> {
        let (head, state) = (keys::head(conversation), keys::state(user, conversation));
        let mut items = self.batch(&[head.clone(), state.clone()], true).await?;
        let state: State = take(&mut items, &state)?.ok_or_else(Error::not_found)?;
        let head: Head = take(&mut items, &head)?.ok_or_else(|| headless(conversation))?;
        let pins = head.pins.iter().rev().filter(|pin| is_working(pin, now) && state.sees(pin.seq));
        let seqs: Vec<u64> = pins.map(|pin| pin.seq).collect();
        let messages = self.message_visible(user, conversation, &seqs).await?;
        Ok(messages.into_iter().filter(|message| message.is_pinned(now)).collect())
    }

    /// Messages at these numbers without those that the person deleted for themself, in the same order.
    ///
    /// Strongly consistent; two units for each.
    pub(crate) async fn message_visible(
        &self,
        user: &UserId,
        conversation: &ConversationId,
        seqs: &[u64],
    ) -> Result<Vec<Message>, Error> {
        let places = seqs.iter().map(|seq| keys::message(conversation, *seq));
        let hidden = seqs.iter().map(|seq| keys::hidden(user, conversation, *seq));
        let mut items = self.batch(&places.chain(hidden).collect::<Vec<_>>(), true).await?;
        let mut messages = Vec::with_capacity(seqs.len());
        for seq in seqs {
            let message = take::<Message>(&mut items, &keys::message(conversation, *seq))?;
            let hidden = items.contains_key(&keys::hidden(user, conversation, *seq));
            messages.extend(message.filter(|_| !hidden));
        }
        Ok(messages)
    }
}

/// The pins after one more, which is the last; those that have ended make room.
fn with_pin(pins: &[Pin], pin: Pin, now: Timestamp) -> Result<Vec<Pin>, Error> {
    let others = pins.iter().filter(|other| is_working(other, now) && other.seq != pin.seq);
    let mut pins: Vec<Pin> = others.cloned().collect();
    if pins.len() >= MAX_PINS {
        return Err(Error::limit_exceeded(format!("at most {MAX_PINS} messages can be pinned")));
    }
    pins.push(pin);
    Ok(pins)
}

fn is_working(pin: &Pin, now: Timestamp) -> bool {
    pin.until.is_none_or(|until| until > now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(seq: u64, until: Option<i64>) -> Pin {
        Pin { seq, until: until.map(|second| Timestamp::from_second(second).unwrap()) }
    }

    fn seqs(pins: &[Pin]) -> Vec<u64> {
        pins.iter().map(|pin| pin.seq).collect()
    }

    #[test]
    fn a_fourth_pin_is_too_many_unless_one_has_ended() {
        let now = Timestamp::from_second(10).unwrap();
        let full = [pin(1, None), pin(2, Some(20)), pin(3, None)];
        assert!(with_pin(&full, pin(4, None), now).is_err());
        assert_eq!(seqs(&with_pin(&full, pin(2, None), now).unwrap()), [1, 3, 2]);
        let ended = [pin(1, None), pin(2, Some(10)), pin(3, None)];
        assert_eq!(seqs(&with_pin(&ended, pin(4, None), now).unwrap()), [1, 3, 4]);
    }
}
